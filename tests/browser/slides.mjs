// What Chromium shows of the slides. `node slides.mjs FOLDER NAME…` opens them from the folder, as
// from a USB stick, and says of each name what does not fit, is small, lacks contrast, or was said
// or asked for; and in the first one, light and dark, what the keys do.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {axe, open, test} from './harness.mjs';

const [folder, ...names] = process.argv.slice(2);
// CSS pixels of 720 in height: what the last row can read. In a figure that moves most is larger.
const LEAST = {text: 28, code: 22, drawn: 14};

/** In the page: what is wrong with the slide that is shown, all its steps done. */
function judge(least) {
  const slide = document.querySelector('section.present');
  const main = slide.querySelector('.main');
  const shown = [...slide.querySelectorAll(':scope > :not(.notes), .main *')]
    .filter(part => part.checkVisibility() && !part.closest('math > *'));
  const faults = {
    'runs over': part => part === main
      && (main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth),
    outside: part => {
      const box = part.getBoundingClientRect();
      return !part.closest('svg > *')
        && (box.left < 0 || box.top < 0 || box.right > 1281 || box.bottom > 720);
    },
    small: part => {
      const says = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim());
      const kind = part.closest('.rnn-live, .above') ? 'drawn'
        : part.closest('code, pre') ? 'code' : 'text';
      return says && !part.closest('math, tspan, .caption-number')
        && parseFloat(getComputedStyle(part).fontSize) * (part.currentCSSZoom ?? 1) < least[kind];
    },
    picture: part => part.localName === 'img'
      && (!part.naturalWidth || part.getBoundingClientRect().height < 200),
  };
  return Object.entries(faults).flatMap(([fault, wrong]) =>
    shown.filter(wrong).map(part => `${fault}: ${part.outerHTML.slice(0, 120)}`));
}

const drawn = page => page.waitForSelector('.present .fitted[style] + .fitted[style]');

/** Show every slide; gives what is wrong there. */
async function showAll(page, contrast) {
  const wrong = [], kinds = new Set();
  const [count, written] = await page.evaluate(() =>
    [Reveal.getTotalSlides(), document.querySelectorAll('section').length]);
  if (count !== written) wrong.push(`${count} of ${written} slides can be shown`);
  for (let place = 0; place < count; place++) {
    const kind = await page.evaluate(place => {
      Reveal.slide(place, 0, 9);
      return Reveal.getCurrentSlide().className.replace(/ ?present/, '');
    }, place);
    if (/live/.test(kind)) await drawn(page);
    const found = await page.evaluate(judge, LEAST);
    if (contrast && !kinds.has(kind)) found.push(...await axe(page, '.present', ['color-contrast']));
    kinds.add(kind);
    wrong.push(...found.map(words => `${place + 1}: ${words}`));
  }
  return wrong;
}

/** What the keys do: in the slides, in a figure that moves, and in the presenter's window. */
async function act(page) {
  const place = () => page.evaluate(() => Reveal.getIndices().h);
  const goTo = selector => page.evaluate(selector =>
    Reveal.slide(Reveal.getSlides().findIndex(slide => slide.matches(selector))), selector);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'light');
  await page.keyboard.press('d');
  assert.equal(await theme(), 'dark');

  await goTo('.live');
  await drawn(page);
  const live = await place();
  const before = await page.$eval('.present .rnn-picture', picture => picture.innerHTML);
  await page.focus('.present [type=range]');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(before =>
    document.querySelector('.present .rnn-picture').innerHTML !== before, {}, before);
  const {x, y, width, height} = await (await page.$('.present .rnn-scrub')).boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  const pointed = await page.$eval('.present .rnn-live', live =>
    Number(live.innerText.match(/time step: (\d+)/)[1]));
  assert(pointed >= 18 && pointed <= 22, `a click in the middle of 40 steps: ${pointed}`);
  await page.focus('.present .rnn-live button'); // reveal.js itself spares fields only
  await page.keyboard.press('ArrowRight');
  assert.equal(await place(), live, 'an arrow in a figure turned the page');
  await page.keyboard.press('PageDown');
  assert.equal(await place(), live + 1, "a presenter's remote did not turn the page");

  const opened = new Promise(done => page.once('popup', done));
  await page.keyboard.press('s');
  const notes = await opened;
  const value = '.speaker-controls-notes .value';
  await notes.waitForFunction(value => document.querySelector(value)?.innerText, {}, value);
  const [said, told] = [await notes.$eval(value, part => part.innerText),
    await page.$eval('.present .notes', part => part.textContent)]
    .map(text => text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '').slice(0, 60));
  assert(told.length > 0);
  assert.equal(said, told);
  await notes.close();
  await page.bringToFront();

  await goTo('.quiz');
  const answer = () => page.$eval('.present .fragment', part => getComputedStyle(part).visibility);
  assert.equal(await answer(), 'hidden');
  await page.keyboard.press('ArrowRight');
  assert.equal(await answer(), 'visible');
}

for (const name of names) {
  test(name, async browser => {
    const first = name === names[0];
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    const page = await open(browser, url, {width: 1280, height: 720});
    await page.waitForFunction(() => globalThis.Reveal?.isReady());
    const wrong = await showAll(page, first);
    if (first) {
      await act(page);
      wrong.push(...(await showAll(page, true)).map(words => `dark ${words}`));
    }
    const {console: said, foreign, failed} = page.seen;
    wrong.push(...said, ...failed, ...foreign.filter(to => !to.startsWith('file:')));
    assert.deepEqual(wrong, []);
  });
}
