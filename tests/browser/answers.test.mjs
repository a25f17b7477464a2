// The answer fields: what they make of what readers type, and those of the built site.

import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {axe, open, serve, test} from './harness.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SITE = process.env.SITE ?? join(ROOT, '_build', 'html');
const FIXTURE = pathToFileURL(join(ROOT, 'tests/browser/fixtures/answers.html')).href;
const CHAPTERS = readdirSync(join(SITE, 'chapters')).filter(name => name.endsWith('.html'));

const NONSENSE = 'Give a number, or a list of numbers.';
const STATES = [ // typed into the first field of the fixture, replied
  ['1, 0, 1, 0', 'Right: it flips.'],
  ['[1,0,1,0]', 'Right: it flips.'],
  ['1 0 1 0', 'Right: it flips.'],
  ['(1.0; +0; 1e0; -0)', 'Right: it flips.'],
  ['[[1, 0], [1, 0],]', 'Right: it flips.'],
  ['1/2, −1/4, 2 / 2, 1.', 'Halves <of> them.'],
  ['0,5; −0,25; 1; 1', 'Halves <of> them.'],
  ['0,5 -0,25 1,0 1', 'Halves <of> them.'],
  ['.5, -.25, 1.0000000001, 1', 'Halves <of> them.'],
  ['1, 2', 'Two are missing.'],
  ['1, 2, 3', 'Not yet.'],
  ['1, 0, 1, 0, 0', 'Not yet.'],
  ['', 'Not answered yet.'],
  ['   ', 'Not answered yet.'],
  ...['odd', '1, two', '1/0, 1, 1, 1', 'nan', '[]', 'alert(1)', '1..2', '--1', 'None', '1e999', '½x']
    .map(typed => [typed, NONSENSE]),
];
const HALF = [
  ['0.5', 'Right: a half.'], ['0,5', 'Right: a half.'], ['1/2', 'Right: a half.'],
  ['[0.5]', 'Right: a half.'], ['1/3', 'A third.'], ['1', 'Not yet, but a number.'],
  ['1, 2, 3', 'Not yet, but a number.'], ['half', NONSENSE],
];

/** In the page: type into a field and press its button; returns the reply. */
const answer = (page, place, typed) => page.evaluate((place, typed) => {
  const field = document.querySelectorAll('.answer')[place];
  field.querySelector('input').value = typed;
  field.querySelector('button').click();
  return field.querySelector('[role=status]').textContent;
}, place, typed);

test('a field understands what readers type, from a folder on disk too', async browser => {
  const page = await open(browser, FIXTURE);
  for (const [typed, reply] of STATES) assert.equal(await answer(page, 0, typed), reply, typed);
  for (const [typed, reply] of HALF) assert.equal(await answer(page, 1, typed), reply, typed);
  assert.deepEqual(page.seen.console, []);
});

test('a field works by keyboard and hides the cell that it stands for', async browser => {
  const page = await open(browser, FIXTURE);
  await page.keyboard.press('Tab');
  await page.keyboard.type('1 0 1 0');
  await page.keyboard.press('Enter');
  assert.equal(await page.$eval('.right', element => element.textContent), 'Right: it flips.');
  const shown = await page.$$eval('.cell', cells => cells.map(cell => cell.checkVisibility()));
  assert.deepEqual(shown, [false, false]);
});

/** Runs body(page, name) for the chapters of the site that have an answer field, most at most. */
async function chapters(browser, most, options, body) {
  const server = await serve(SITE);
  let asked = 0;
  try {
    for (const name of CHAPTERS) {
      if (asked === most) break;
      const page = await open(browser, `${server.url}chapters/${name}`, options);
      if (await page.$('.answer')) {
        await body(page, name);
        assert.deepEqual(page.seen.console, [], name);
        asked += 1;
      }
      await page.close();
    }
  } finally {
    server.close();
  }
  assert.ok(asked > 0, 'no page has an answer field');
}

test('the fields of the site reply as their tables say', async browser => {
  await chapters(browser, Infinity, {width: 390}, async (page, name) => {
    const tables = await page.$$eval('.answer > script', scripts =>
      scripts.map(script => JSON.parse(script.textContent)));
    for (const [place, {replies, otherwise}] of tables.entries()) {
      assert.match(replies[0][1], /^Right/, name);
      for (const [numbers, words] of replies) {
        assert.equal(await answer(page, place, numbers.join(', ')), words, name);
      }
      assert.equal(await answer(page, place, '123456'), otherwise, name);
    }
    const heights = await page.$$eval('.answer :is(input, button)', controls =>
      controls.map(control => control.getBoundingClientRect().height));
    assert.ok(Math.min(...heights) >= 44, name);
    assert.deepEqual(await axe(page, '.answer'), [], name);
  });
});

test('the fields of the site are accessible in the dark', async browser => {
  await chapters(browser, 1, {mode: 'dark'}, async (page, name) => {
    await answer(page, 0, '123456');
    assert.deepEqual(await axe(page, '.answer'), [], name);
  });
}, {dark: true});

test('without scripts the cell stands there', async browser => {
  await chapters(browser, 1, {}, async (page, name) => {
    assert.ok(await page.$('.answer-stub:not(.answered)'), name);
    assert.equal(await page.$('.answer form'), null, name);
  });
}, {javascript: false});
