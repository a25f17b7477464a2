// A page with nothing but one interactive figure, which loads what the site serves of it.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {ROOT, SITE} from './harness.mjs';

/** Every figure there is: that of rnn-NAME.mjs is called NAME. */
export const FIGURES = readdirSync(join(ROOT, 'explorables'))
  .flatMap(file => file.match(/^rnn-(\w+)\.mjs$/)?.[1] ?? []);

const template = readFileSync(new URL('fixtures/figure.html', import.meta.url), 'utf8');
const chapters = readdirSync(join(SITE, 'chapters')).filter(name => name.endsWith('.html'))
  .map(name => readFileSync(join(SITE, 'chapters', name), 'utf8'));
const LOADED = /<(?:link|script)[^>]*_static\/explorables\/[^>]*>(?:<\/script>)?/g;

/** The page of a figure, after an empty space so many pixels high. */
export function fixture(figure, space = 0) {
  const chapter = chapters.find(text => text.includes(`<rnn-${figure}>`));
  if (!chapter) throw new Error(`no chapter shows <rnn-${figure}>`);
  const loaded = chapter.match(LOADED).join('\n').replaceAll('../_static', '_static');
  return template.replace('<!-- what the site loads -->', loaded)
    .replace('SPACE', space).replaceAll('NAME', figure);
}
