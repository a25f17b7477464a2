// What Chromium shows of the slides. `node slides.mjs FOLDER NAME…` opens them from the folder, as
// from a USB stick, and prints, as JSON, for each name what is wrong: what does not
// fit, is small, lacks contrast, or was said or asked for; and as "acts" what the keys did in the
// first one.

import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {axe, launch, open} from './harness.mjs';

const [folder, ...names] = process.argv.slice(2);
const [TEXT, CODE] = [28, 22]; // CSS pixels of 720 in height: what the last row can read
const DRAWN = 14; // in a figure that moves, where most is larger

/** In the page: what is wrong with the slide that is shown, all its steps done. */
function judge([text, code, drawn]) {
  const slide = document.querySelector('section.present');
  const main = slide.querySelector('.main');
  const frame = {left: 0, top: 0, right: 1280, bottom: 720};
  const shown = [...slide.querySelectorAll(':scope > :not(.notes), .main *')]
    .filter(part => part.checkVisibility() && !part.closest('math > *'));
  const outside = shown.filter(part => !part.closest('svg > *')).filter(part => {
    const box = part.getBoundingClientRect();
    return box.left < frame.left || box.top < frame.top || box.right > frame.right + 1
      || box.bottom > frame.bottom;
  });
  const small = shown.filter(part => {
    const says = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const least = part.closest('.rnn-live, .above') ? drawn : part.closest('code, pre') ? code : text;
    return says && !part.closest('math, tspan, .caption-number')
      && parseFloat(getComputedStyle(part).fontSize) * (part.currentCSSZoom ?? 1) < least;
  });
  const pictures = shown.filter(part => part.localName === 'img')
    .filter(image => !image.naturalWidth || image.getBoundingClientRect().height < 200);
  const over = main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth;
  return [...(over ? ['it runs over'] : []),
    ...[['outside', outside], ['small', small], ['picture', pictures]].flatMap(([what, parts]) =>
      parts.map(part => `${what}: ${part.outerHTML.slice(0, 120)}`))];
}

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
    if (/live/.test(kind)) await page.waitForSelector('.present .fitted[style] + .fitted[style]');
    const found = await page.evaluate(judge, [TEXT, CODE, DRAWN]);
    if (contrast && !kinds.has(kind)) found.push(...await axe(page, '.present', ['color-contrast']));
    kinds.add(kind);
    wrong.push(...found.map(words => `${place + 1}: ${words}`));
  }
  return wrong;
}

const place = page => page.evaluate(() => Reveal.getIndices().h);
const theme = page => page.evaluate(() => document.documentElement.dataset.theme);

/** What the keys do: in the slides, in a figure that moves, and in the presenter's window. */
async function act(page) {
  const did = {light: await theme(page)};
  await page.keyboard.press('d');
  did.dark = await theme(page);
  const live = await page.evaluate(() => {
    const place = Reveal.getSlides().findIndex(slide => slide.matches('.live'));
    Reveal.slide(place);
    return place;
  });
  await page.waitForSelector('.present .fitted[style] + .fitted[style]');
  const drawn = () => page.$eval('.present .rnn-picture', picture => picture.innerHTML);
  const before = await drawn();
  await page.focus('.present [type=range]');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(before =>
    document.querySelector('.present .rnn-picture').innerHTML !== before, {}, before);
  const {x, y, width, height} = await (await page.$('.present .rnn-scrub')).boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  did.pointed = await page.$eval('.present .rnn-live', live =>
    Number(live.innerText.match(/time step: (\d+)/)[1]));
  did.moved = await place(page) - live;
  await page.keyboard.press('PageDown');
  did.turned = await place(page) - live;
  const opened = new Promise(done => page.once('popup', done));
  await page.keyboard.press('s');
  const notes = await opened;
  await notes.waitForFunction(() => document.querySelector('.speaker-controls-notes .value')?.innerText);
  did.notes = await notes.$eval('.speaker-controls-notes .value', value => value.innerText);
  did.told = await page.$eval('.present .notes', aside => aside.textContent);
  await notes.close();
  await page.bringToFront();
  const quiz = await page.evaluate(() =>
    Reveal.getSlides().findIndex(slide => slide.matches('.quiz')));
  await page.evaluate(place => Reveal.slide(place), quiz);
  const answered = () => page.$eval('.present .fragment', part => getComputedStyle(part).visibility);
  did.hidden = await answered();
  await page.keyboard.press('ArrowRight');
  did.answered = await answered();
  return did;
}

const browser = await launch();
try {
  const seen = {};
  for (const name of names) {
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    const page = await open(browser, url, {width: 1280, height: 720});
    await page.waitForFunction(() => globalThis.Reveal?.isReady());
    seen[name] = await showAll(page, name === names[0]);
    if (name === names[0]) {
      seen.acts = await act(page);
      seen[name].push(...(await showAll(page, true)).map(words => `dark ${words}`));
    }
    const {console: said, foreign, failed} = page.seen;
    seen[name].push(...said, ...failed, ...foreign.filter(to => !to.startsWith('file:')));
    await page.close();
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
