// The built site as a reader meets it: every page, in each browser, under a path prefix and under
// a Content-Security-Policy that names no other host and allows no eval. A page is loaded once, for
// all that is asked of it.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {after} from 'node:test';
import {pathToFileURL} from 'node:url';
import {FIGURES} from './fixture.mjs';
import {SITE, axe, open, quiet, serve, test} from './harness.mjs';

const POLICY = {'content-security-policy': "default-src 'self' 'unsafe-inline' data:"};
const html = folder => readdirSync(join(SITE, folder)).filter(name => name.endsWith('.html'));
const CHAPTERS = html('chapters').map(name => `chapters/${name}`);
const PAGES = [...html('.'), ...CHAPTERS];
const NOTEBOOKS = CHAPTERS.filter(name =>
  existsSync(join(SITE, '_sources', name.replace('.html', '.ipynb'))));
// A chapter with all that a chapter can have, to look at alone.
const CHAPTER = NOTEBOOKS.find(name => ['<rnn-', 'class="answer"', 'class="cell_output']
  .every(part => readFileSync(join(SITE, name), 'utf8').includes(part)));
const ELEMENTS = FIGURES.map(figure => `main rnn-${figure}`).join();
// Of the rules of axe these depend on the theme; on the width depends one, as far as the text goes.
const COLOURS = ['color-contrast', 'link-in-text-block'];
const SIDEWAYS = ['scrollable-region-focusable'];
const server = await serve(SITE, {headers: POLICY});
after(() => server.close());

/** Bring every figure to the screen: it takes the room that was kept for it, and fits a phone. */
async function startFigures(page, most = Infinity) {
  const figures = await page.$$(ELEMENTS);
  for (const figure of figures) {
    const room = () => figure.$eval('figure > :not(figcaption, :has(~ .rnn-live), .rnn-live ~ *)',
      part => part.getBoundingClientRect().height);
    const before = await room();
    await figure.evaluate(element => element.scrollIntoView());
    await figure.waitForSelector('.rnn-drawn');
    const after = await room();
    assert.ok(after <= most && Math.abs(after - before) <= 1, `room of ${before} px for ${after}`);
  }
  return figures.length;
}

/** In the page: type what the tables of its answer fields know; gives what is replied wrongly. */
function answerAll() {
  return [...document.querySelectorAll('.answer')].flatMap(field => {
    const {replies, otherwise} = JSON.parse(field.querySelector('script').textContent);
    const wrong = [['123456', otherwise], ...replies].filter(([numbers, words]) => {
      field.querySelector('input').value = [numbers].flat().join(', ');
      field.querySelector('button').click();
      return field.querySelector('[role=status]').textContent !== words;
    });
    const small = [...field.querySelectorAll('input, button')]
      .filter(part => part.getBoundingClientRect().height < 44);
    return [...wrong.map(String), ...small.map(part => part.outerHTML),
      ...(/^Right/.test(replies[0][1]) ? [] : ['no right answer comes first'])];
  });
}

/** In the page: the text unfolded, loaded and laid out, as a reader who scrolls to the end has it. */
async function readThrough(width) {
  const frame = () => new Promise(requestAnimationFrame);
  while (innerWidth !== width) await frame(); // a new width comes late
  document.querySelectorAll('details:not(.rnn-live *)').forEach(part => { part.open = true; });
  document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; });
  document.querySelectorAll('.bd-article section')
    .forEach(part => { part.style.contentVisibility = 'visible'; });
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
  await document.fonts.ready;
  // Until it stands still: a box is measured in one frame, and what follows is written in the next.
  for (let same = 0, before; same < 10; same++) {
    const {width, height} = document.querySelector('main').getBoundingClientRect();
    if (before !== `${width} ${height}`) same = 0;
    before = `${width} ${height}`;
    await frame();
  }
}

// Each of these runs in the page, and gives what is wrong there.
/** What sticks out of the window to the right, but for what scrolls in a box; what a box cuts off. */
function overflow() {
  const wide = document.documentElement.clientWidth;
  const scrolls = element => element && element !== document.body &&
    (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) ||
      scrolls(element.parentElement));
  const cut = element => getComputedStyle(element).overflowX === 'hidden' &&
    element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1; // 1: for readers' ears
  const out = [...document.querySelectorAll('main *')].filter(element => cut(element) ||
    element.getBoundingClientRect().right > wide + 1 && !scrolls(element));
  const total = document.documentElement.scrollWidth;
  return [...(total > wide ? [`the page is ${total} wide`] : []),
    ...out.map(element => element.outerHTML.slice(0, 120))];
}

function missingOrSqueezedPictures() {
  return [...document.querySelectorAll('main img')]
    .filter(image => image.checkVisibility() && getComputedStyle(image).objectFit !== 'contain')
    .filter(image => {
      const {naturalWidth, naturalHeight, width, height} = image;
      return !naturalWidth || Math.abs(width / height * naturalHeight / naturalWidth - 1) > 0.03;
    }).map(image => image.outerHTML.slice(0, 200));
}

/** A phone shows code and formulas whole, outputs as large as code, and no button over the text. */
function crampedOnPhone() {
  const size = pre => parseFloat(getComputedStyle(pre).fontSize);
  const all = selector => [...document.querySelectorAll(`.bd-article ${selector}`)];
  const wide = part => part.scrollWidth > part.clientWidth + 1;
  const cells = all('.cell_input:not(details *) pre'), code = size(cells[0] ?? document.body);
  const sideways = cells.filter(wide);
  return [...(sideways.length > cells.length / 10 ? sideways : []),
    ...all('.cell_output pre').filter(pre => size(pre) < code - 0.01),
    ...all('div.math').filter(wide),
    ...[...document.querySelectorAll('#pst-back-to-top')].filter(part => part.checkVisibility()),
  ].map(part => part.textContent.slice(0, 80));
}

/** Formulas are drawn in their font. */
function flatFormulas() {
  const formulas = [...document.querySelectorAll('main math')];
  const font = [...document.fonts].find(face => /Latin Modern/.test(face.family))?.status;
  return [...(formulas.length && font !== 'loaded' ? [`the font is ${font}`] : []),
    ...formulas.filter(formula => {
      const {width, height} = formula.getBoundingClientRect();
      return width < 3 || height < 5;
    }).map(formula => formula.outerHTML.slice(0, 120))];
}

/** A formula is copied as TeX; what is folded is not copied with the chapter. */
function wronglyCopied() {
  const copy = place => {
    const event = new ClipboardEvent('copy', {clipboardData: new DataTransfer(), bubbles: true});
    getSelection().selectAllChildren(place);
    document.body.dispatchEvent(event);
    return [...event.clipboardData.types].map(type => event.clipboardData.getData(type));
  };
  const formula = document.querySelector('main math');
  const tex = `$${formula.querySelector('annotation').textContent.trim()}$`;
  const alone = copy(formula.parentElement);
  document.querySelectorAll('details').forEach(details => { details.open = false; });
  const all = copy(document.querySelector('.bd-article'));
  const answer = document.querySelector('.bd-article details > p').textContent.trim();
  return [...(alone.some(text => text.includes(tex)) ? [] : [`${tex} was copied as ${alone}`]),
    ...(all.length === 2 ? [] : [`copied as ${all.length} types`]),
    ...(all.every(text => text.length > 10_000) ? [] : ['the chapter was not copied']),
    ...(all.some(text => text.includes(answer)) ? ['what is folded was copied'] : [])];
}

/** Paper is white and its ink black, whatever the theme, and it shows nothing but the text. */
function wrongOnPaper() {
  const shown = selector => [...document.querySelectorAll(selector)]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().height > 0);
  const style = selector => getComputedStyle(document.querySelector(selector) ?? document.body);
  const dark = [...document.querySelectorAll('.bd-article *')].filter(element => {
    const [red, green, blue, alpha = 1] =
      getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
    return element.checkVisibility() && alpha > 0 && red + green + blue < 600;
  });
  const furniture = shown('.bd-sidebar-primary, .bd-header-article, .bd-sidebar-secondary, '
    + '.prev-next-footer, button.copybtn, .rnn-live');
  return [...[...dark, ...furniture].map(element => element.outerHTML.slice(0, 90)),
    ...(shown('.bd-article h1').length ? [] : ['the page has lost its title']),
    ...(/255, 255, 255|0, 0, 0, 0/.test(style('body').backgroundColor) ? [] : ['the ground']),
    ...(/rgb\((\d|[1-5]\d), /.test(style('main p').color) ? [] : ['the ink']),
    ...(style('.cell_output img').filter === 'none' ? [] : ['the plots'])];
}

for (const path of PAGES) {
  test(`${path}: whole, silent and accessible on a phone, at a desk, on paper`,
    async (browser, name) => {
      const sound = async check => assert.deepEqual(await page.evaluate(check), [], check.name);
      const chromium = name === 'chromium'; // the rules of axe look at the same in both browsers
      const whole = ['index.html', CHAPTER].includes(path); // has all that stands round the text
      const page = await open(browser, server.url + path, {width: 390, height: 844});
      await startFigures(page, 670);
      await sound(answerAll);
      await page.evaluate(readThrough, 390);
      for (const check of [overflow, missingOrSqueezedPictures, crampedOnPhone, flatFormulas]) {
        await sound(check);
      }
      const rules = whole ? undefined : SIDEWAYS;
      if (chromium) assert.deepEqual(await axe(page, 'html', rules, COLOURS), [], 'on a phone');
      await page.setViewport({width: 320, height: 740});
      await page.evaluate(readThrough, 320);
      await sound(overflow);
      if (chromium || whole) {
        await page.setViewport({width: 1280, height: 900});
        await page.evaluate(readThrough, 1280); // what is wider than its box now is a stop for keys
        if (chromium) assert.deepEqual(await axe(page), [], 'at a desk');
        await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
        assert.deepEqual(await axe(page, 'html', COLOURS), [], 'in the dark');
      }
      if (NOTEBOOKS.includes(path)) await sound(wronglyCopied);
      if (chromium && CHAPTERS.includes(path)) { // Firefox cannot lay out for paper alone
        await page.emulateMediaType('print');
        await sound(wrongOnPaper);
      }
      quiet(page);
    }, {reducedMotion: true});
}

test("the instructor's pages fit a phone, and are accessible", async (browser, name) => {
  for (const path of html('chapters/guide')) {
    const page = await open(browser, `${server.url}chapters/guide/${path}`, {width: 320, height: 740});
    await page.evaluate(readThrough, 320);
    assert.deepEqual(await page.evaluate(overflow), [], path);
    if (name === 'chromium') assert.deepEqual(await axe(page), [], path);
    quiet(page);
    await page.close();
  }
});

test('the keyboard reaches everything, and shows where it is', async browser => {
  const page = await open(browser, server.url + CHAPTER);
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.getAttribute('href'));
  assert.equal(first, '#main-content');
  await page.waitForFunction(() => {
    const {top, height} = document.activeElement.getBoundingClientRect();
    return top >= 0 && height > 10;
  });
  await page.focus('.dropdown-download-buttons button');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.dropdown-menu.show a[href$=".zip"]', {visible: true});
  await page.keyboard.press('Escape');
  await page.waitForSelector('.dropdown-menu.show', {hidden: true});
  const seen = new Set();
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press('Tab');
    const {path, outline} = await page.evaluate(() => {
      const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(document.activeElement);
      return {path: document.activeElement.outerHTML.slice(0, 90),
        outline: outlineStyle !== 'none' && parseFloat(outlineWidth) > 1 || boxShadow !== 'none'};
    });
    if (/^<body|#main-content/.test(path)) break; // once round
    assert.ok(outline, `no visible focus on ${path}`);
    seen.add(path);
  }
  assert.ok(seen.size > 15, `only ${seen.size} places are reached`);
});

test('the theme switch darkens the page and its plots', async browser => {
  const page = await open(browser, server.url + CHAPTER);
  const look = () => page.evaluate(() => {
    const plot = getComputedStyle(document.querySelector('.cell_output img'));
    return {theme: document.documentElement.dataset.theme, plot: plot.filter,
      ground: getComputedStyle(document.body).backgroundColor, slab: plot.backgroundColor};
  });
  assert.match((await look()).ground, /255, 255, 255/);
  for (let click = 0; click < 3 && (await look()).theme !== 'dark'; click++) {
    await page.click('.theme-switch-button'); // light, dark, or as the system has it
  }
  const {theme, ground, plot, slab} = await look();
  assert.equal(theme, 'dark');
  assert.match(ground, /\b1?\d, 1?\d, 1?\d\)/);
  assert.match(plot, /invert/);
  assert.match(slab, /rgba\(0, 0, 0, 0\)/);
  quiet(page);
});

test('search finds the words that people use, and shows clean text', async (browser, name) => {
  const words = ['gradient', 'return_sequences', 'timestep', 'TimeDistributed', 'seq2seq',
    'data leakage', 'neurons', 'look_back', 'hidden_size', 'n_steps', 'sequence length', 'BPTT',
    'vanishing'];
  const page = await open(browser, server.url);
  // The words are found by the same script in both browsers.
  for (const word of name === 'chromium' ? words : words.slice(0, 2)) {
    const url = `${server.url}search.html?q=${encodeURIComponent(word)}`;
    await page.goto(url, {waitUntil: 'networkidle0'}); // what is left half loaded counts as failed
    await page.waitForSelector('#search-results li p.context');
    const previews = await page.$$eval('#search-results li p.context',
      parts => parts.map(part => part.textContent));
    const stem = word.split(' ')[0].replace(/s$/, '').toLowerCase();
    assert.ok(previews.some(text => text.toLowerCase().includes(stem)), `${word}: ${previews}`);
    for (const text of previews) {
      assert.doesNotMatch(text, /\\[a-z]+|Skip to main|Contents|Back to top|\.ipynb|  |\n/, word);
    }
    if (!words.slice(0, 2).includes(word)) continue;
    await page.waitForSelector('#search-results li .highlighted');
    const first = await page.$eval('#search-results li a', link => link.getAttribute('href'));
    assert.match(first, /chapters\//);
    for (const theme of name === 'chromium' ? ['dark', 'light'] : []) {
      await page.evaluate(theme => { document.documentElement.dataset.theme = theme; }, theme);
      assert.deepEqual(await axe(page), [], `${word}, ${theme}`);
    }
  }
  quiet(page);
}, {reducedMotion: true}); // a colour that is on its way to the other theme is none

test('printing opens what is folded, and folds it again', async browser => {
  const page = await open(browser, server.url + CHAPTER);
  await page.evaluate(() => addEventListener('beforeprint', () => {
    document.documentElement.dataset.folded =
      document.querySelectorAll('details:not([open])').length;
  }));
  await page.pdf();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.folded), '0');
  assert.ok(await page.$('details:not([open])'));
});

test('without scripts the text, the formulas, the figures and the cells stand', async browser => {
  const page = await open(browser, server.url + CHAPTER);
  quiet(page);
  for (const part of ['h1', 'math', 'figure img', '.answer-stub:not(.answered)']) {
    assert.ok(await page.$(`main ${part}`), part);
  }
  assert.equal(await page.$('.answer form'), null);
}, {javascript: false});

test('it reads straight from a folder, its moving figures too', async browser => {
  const folder = pathToFileURL(join(SITE, '/')).href;
  const page = await open(browser, `${folder}index.html`);
  let figures = 0;
  for (const path of PAGES) {
    await page.goto(folder + path);
    assert.equal(await page.$eval('html', element => element.dataset.theme), 'light', path);
    figures += await startFigures(page);
  }
  assert.ok(figures >= FIGURES.length, `${figures} figures that move`);
  assert.deepEqual(page.seen.console, []);
  assert.deepEqual(page.seen.requests.filter(url => !url.startsWith(folder)
    && !url.startsWith('data:')), []);
  await page.goto(`${folder}index.html`);
  await page.click(`nav a[href="${CHAPTER}"]`);
  await page.waitForFunction(path => location.href.endsWith(path), {}, CHAPTER);
  await startFigures(page);
  await page.goto(`${folder}search.html?q=gradient`);
  await page.waitForSelector('#search-results li');
});

// What the site keeps for a reader between visits, and what it says of a term.
test('a chapter notes what was read and answered, the first page shows it, a button forgets it',
  async browser => {
    const page = await open(browser, `${server.url}chapters/feedback.html`);
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
    await page.goto(`${server.url}index.html`);
    const cards = await page.$$eval('.card-of-chapter .minutes', all => all.map(a => a.textContent));
    assert.match(cards[0], /minutes · [1-9]\d* of \d+ sections read, 1 of 5 questions answered$/);
    assert.doesNotMatch(cards[1], /read/);
    await page.focus('.kept button');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.querySelector('.kept'));
    assert.doesNotMatch(await page.$eval('.card-of-chapter', card => card.textContent), /read/);
    const left = await page.evaluate(() => Object.values(localStorage).join());
    assert.doesNotMatch(left, /feedback/);
    quiet(page);
  });

test('a term shows its definition to the pointer and to the keyboard, and Escape closes it',
  async browser => {
    const page = await open(browser, `${server.url}chapters/feedback.html`);
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
    quiet(page);
  });
