// Every drawing can be made out: in the fonts that this machine has for it and in wide ones, on a
// light page and on a dark one, where the browser itself says what lies where, in what colour.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {after} from 'node:test';
import {faults} from './drawings.mjs';
import {open, serve, test} from './harness.mjs';

const FOLDER = new URL('../../diagrams/', import.meta.url);
const DRAWINGS = Object.fromEntries(readdirSync(FOLDER).filter(name => name.endsWith('.svg'))
  .map(name => [name, readFileSync(new URL(name, FOLDER), 'utf8')]));
const FONTS = ['', "'DejaVu Serif', Georgia, serif", "'DejaVu Sans Mono', 'Courier New', monospace"];
const server = await serve('.', {pages: {'blank.html': '<!doctype html><title>Drawings</title>'}});
after(() => server.close());

for (const dark of [false, true]) {
  test(`every drawing can be made out, ${dark ? 'dark' : 'light'}`, async browser => {
    const page = await open(browser, `${server.url}blank.html`);
    const ground = drawing => {
      document.body.innerHTML = drawing;
      return getComputedStyle(document.querySelector('.ground')).fill;
    };
    const white = await page.evaluate(ground, DRAWINGS['latch.svg']) === 'rgb(255, 255, 255)';
    assert.equal(white, !dark);
    assert.ok(Object.keys(DRAWINGS).length > 20);
    const found = {};
    for (const [name, drawing] of Object.entries(DRAWINGS)) {
      for (const font of dark ? [''] : FONTS) {
        const seen = await page.evaluate(faults, drawing, font);
        if (seen.length) found[`${name} in ${font || 'its own font'}`] = seen;
      }
    }
    assert.deepEqual(found, {});
  }, {dark});
}

// Faults planted in one drawing, each with a part of the sentence that must be said of it.
const PLANTED = {
  'is cut off': drawing => drawing.replace('viewBox="0 0 420 ', 'viewBox="0 0 400 '),
  'the chain” is cut off': drawing => drawing.replace(/ textLength="[^"]*"/g, '')
    .replace('the gradient, back', 'the gradient, which runs back along the whole of the chain'),
  'is wider than its node': drawing => drawing.replace('>L</tspan>', '>the loss</tspan>'),
  'is on “time”': drawing => drawing.replace('x="47" y="46.5"', 'x="350" y="240"'),
  'is on the node “h4”': drawing => drawing.replace('x="398" y="78"', 'x="376" y="110"'),
  'is on the line': drawing => drawing.replace('x="316" y="77"', 'x="316" y="98"'),
  'touches the node': drawing => drawing.replace('cx="184"', 'cx="140"'),
  'runs through the node': drawing => drawing.replace('M96 181', 'M96 201'),
  'px high': drawing => drawing.replace('text{font:14px', 'text{font:12px'),
  '“time” is pale': drawing => drawing.replace('.note{fill:#59636e}', '.note{fill:#8a939c}'),
  'the line from M76 238 is pale': drawing => drawing.replace('stroke:#7f8892', 'stroke:#a0a8b0'),
  'the tip of the line': drawing => drawing.replace('.tip-rule{fill:#7f8892', '.tip-rule{fill:#aaa'),
};

test('a planted fault is seen', async browser => {
  const page = await open(browser, `${server.url}blank.html`);
  for (const [said, plant] of Object.entries(PLANTED)) {
    const found = await page.evaluate(faults, plant(DRAWINGS['gradient.svg']), '');
    assert.ok(found.some(sentence => sentence.includes(said)), `${said}: ${found}`);
  }
});
