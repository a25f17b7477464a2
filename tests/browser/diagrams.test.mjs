// No reader's font cuts a drawing: its words stay inside it, and on their node, in the font that
// this machine has for them and in wide ones, where the browser itself says how long they are.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {after} from 'node:test';
import {open, serve, test} from './harness.mjs';

const FOLDER = new URL('../../diagrams/', import.meta.url);
const DRAWINGS = Object.fromEntries(readdirSync(FOLDER).filter(name => name.endsWith('.svg'))
  .map(name => [name, readFileSync(new URL(name, FOLDER), 'utf8')]));
const FONTS = ['', "'DejaVu Serif', Georgia, serif", "'DejaVu Sans Mono', 'Courier New', monospace"];
const server = await serve('.', {pages: {'blank.html': '<!doctype html><title>Drawings</title>'}});
after(() => server.close());

/** The words that lie outside the drawing, or are wider than the node they stand on. */
function measure(drawing, font) {
  document.body.innerHTML = drawing;
  const svg = document.querySelector('svg'), {width, height} = svg.viewBox.baseVal;
  if (font) svg.querySelector('style').append(`text,text *{font-family:${font}!important}`);
  return [...svg.querySelectorAll('text')].flatMap(text => {
    const box = text.getBBox(), words = text.textContent;
    const node = text.parentElement !== svg && text.previousElementSibling.getBBox();
    // A box of text reaches below its letters, down to where a g or a j would end.
    const inside = box.x >= 0 && box.x + box.width <= width && box.y >= -2
      && box.y + 0.8 * box.height <= height;
    return [...(inside ? [] : [`“${words}” leaves the drawing`]),
      ...(node && box.width > node.width ? [`“${words}” is wider than its node`] : [])];
  });
}

test('no font makes the words of a drawing leave it', async browser => {
  const page = await open(browser, `${server.url}blank.html`);
  assert.ok(Object.keys(DRAWINGS).length > 20);
  for (const [name, drawing] of Object.entries(DRAWINGS)) {
    for (const font of FONTS) {
      assert.deepEqual(await page.evaluate(measure, drawing, font), [], `${name} in ${font}`);
    }
  }
});

test('is seen: a text that does not say how long it is', async browser => {
  const page = await open(browser, `${server.url}blank.html`);
  const free = DRAWINGS['gradient.svg'].replace(/ textLength="[^"]*"/g, '')
    .replace('the gradient, back', 'the gradient, which runs back along the whole of the chain');
  assert.ok((await page.evaluate(measure, free, FONTS[1])).length > 0);
});
