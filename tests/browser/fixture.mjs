// A page with nothing but one interactive figure, which loads what the site serves of it.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const SITE = process.env.SITE ?? join(ROOT, '_build', 'html');
export const FIGURES = ['feedback', 'unrolled', 'topologies', 'fit', 'gates', 'messages', 'forecast'];

// The page of the book that a figure stands on, and what it loads for it: that is what is tested.
const chapters = readdirSync(join(SITE, 'chapters')).filter(name => name.endsWith('.html'))
  .map(name => [`chapters/${name}`, readFileSync(join(SITE, 'chapters', name), 'utf8')]);
export const CHAPTERS = Object.fromEntries(FIGURES.map(figure =>
  [figure, chapters.find(([, text]) => text.includes(`<rnn-${figure}>`))]));

const PICTURE = 'data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2242%22 '
  + 'height=%2242%22/>';

/** A page with one figure, after an empty space so many pixels high. */
export const fixture = (figure, space = 0) => `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rnn-${figure}</title>
<link rel="icon" href="data:,">
${CHAPTERS[figure][1].match(/<(?:link|script)[^>]*_static\/explorables\/[^>]*>(?:<\/script>)?/g)
    .join('\n').replaceAll('../_static', '_static')}
<style>
html[data-theme="dark"] { --pst-color-background: #14181e; --pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af; --pst-color-border: #48566b; --pst-color-surface: #29313d; }
body { margin: 1rem; font-family: sans-serif; background: var(--pst-color-background, #fff); color: var(--pst-color-text-base, #222832); }
main { max-width: 46rem; margin: auto; }
figure { margin: 0; }
</style>
</head>
<body>
<main>
<h1>A page with one figure</h1>
<div style="height: ${space}px"></div>
<rnn-${figure}>
<figure>
<img class="static" alt="A static picture." src="${PICTURE}" width="420">
<figcaption><p>The caption stays.</p></figcaption>
</figure>
</rnn-${figure}>
</main>
</body>
</html>`;
