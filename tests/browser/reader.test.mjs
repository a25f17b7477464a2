// What the site keeps for a reader between visits, and what it says of a term.

import assert from 'node:assert/strict';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {axe, open, serve, test} from './harness.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SITE = process.env.SITE ?? join(ROOT, '_build', 'html');

test('a chapter notes what was read and answered, the first page shows it, a button forgets it',
  async browser => {
    const site = await serve(SITE);
    const page = await open(browser, `${site.url}chapters/feedback.html`);
    await page.evaluate(() => {
      const options = [...document.querySelectorAll('#quiz details')];
      const right = details => details.querySelector('p').textContent.startsWith('Right.');
      options.find(details => !right(details)).open = true;
      options.find(right).open = true;
      document.getElementById('quiz').scrollIntoView({block: 'end'});
    });
    await page.waitForFunction(() => /[1-9] of \d+ sections read, 1 of 5/
      .test(document.querySelector('p.kept').textContent));
    assert.deepEqual(await axe(page, '#quiz'), []);
    await page.goto(`${site.url}index.html`);
    const cards = await page.$$eval('.card-of-chapter .minutes', all => all.map(a => a.textContent));
    assert.match(cards[0], /minutes · [1-9]\d* of \d+ sections read, 1 of 5 questions answered$/);
    assert.doesNotMatch(cards[1], /read/);
    await page.focus('.kept button');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.querySelector('.kept'));
    assert.doesNotMatch(await page.$eval('.card-of-chapter', card => card.textContent), /read/);
    const left = await page.evaluate(() => Object.values(localStorage).join());
    assert.doesNotMatch(left, /feedback/);
    assert.deepEqual(page.seen.console, []);
    site.close();
  });

test('a term shows its definition to the pointer and to the keyboard, and Escape closes it',
  async browser => {
    const site = await serve(SITE);
    const page = await open(browser, `${site.url}chapters/feedback.html`);
    const links = await page.$$eval('a[href*="glossary.html#"]', all => all.map(a => a.dataset.term));
    assert.ok(links.length > 3 && links.every(words => words?.length > 20), links.join('\n'));
    const shown = () => page.$eval('#term', tip => (tip.hidden ? '' : tip.textContent));
    const link = await page.$('main a[data-term]');
    for (const act of [() => link.hover(), () => link.focus()]) {
      await act();
      await page.waitForFunction(() => !document.getElementById('term').hidden);
      assert.equal(await shown(), links[0]);
      assert.equal(await link.evaluate(a => a.getAttribute('aria-describedby')), 'term');
      const inside = await page.$eval('#term', tip => {
        const box = tip.getBoundingClientRect();
        return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
      });
      assert.ok(inside);
      await page.keyboard.press('Escape');
      assert.equal(await shown(), '');
    }
    assert.deepEqual(page.seen.console, []);
    site.close();
  });
