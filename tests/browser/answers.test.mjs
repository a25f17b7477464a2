// What an answer field makes of what readers type, from a folder on disk. The fields of the site
// are tried where its pages are: in site.test.mjs.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {HALF, STATES} from './cases/answers.mjs';
import {ROOT, open, test} from './harness.mjs';

const FIXTURE = pathToFileURL(join(ROOT, 'tests/browser/fixtures/answers.html')).href;

/** In the page: type into a field and press its button; gives the reply. */
function answer(place, typed) {
  const field = document.querySelectorAll('.answer')[place];
  field.querySelector('input').value = typed;
  field.querySelector('button').click();
  return field.querySelector('[role=status]').textContent;
}

test('a field understands what readers type, works by keyboard and hides its cell',
  async browser => {
    const page = await open(browser, FIXTURE);
    await page.keyboard.press('Tab');
    await page.keyboard.type('1 0 1 0');
    await page.keyboard.press('Enter');
    assert.equal(await page.$eval('.right', part => part.textContent), 'Right: it flips.');
    const shown = await page.$$eval('.cell', cells => cells.map(cell => cell.checkVisibility()));
    assert.deepEqual(shown, [false, false, false]);
    for (const [place, cases] of [STATES, HALF, STATES].entries()) {
      for (const [typed, reply] of cases) {
        assert.equal(await page.evaluate(answer, place, typed), reply, typed);
      }
    }
    assert.deepEqual(page.seen.console, []);
  });
