// The built site as a reader meets it: every page, in each browser, under a path prefix and under
// a Content-Security-Policy that names no other host and allows no eval.

import assert from 'node:assert/strict';
import {existsSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {axe, open, serve, test} from './harness.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SITE = process.env.SITE ?? join(ROOT, '_build', 'html');
const POLICY = {'content-security-policy': "default-src 'self' 'unsafe-inline' data:"};

assert.ok(existsSync(join(SITE, 'index.html')), `there is no site in ${SITE}: run make book`);
const html = folder => readdirSync(join(SITE, folder)).filter(name => name.endsWith('.html'));
const CHAPTERS = html('chapters').map(name => `chapters/${name}`);
const PAGES = [...html('.'), ...CHAPTERS];
const NOTEBOOKS = CHAPTERS.filter(name =>
  existsSync(join(SITE, '_sources', name.replace('.html', '.ipynb'))));
const CHAPTER = NOTEBOOKS[0];

/** Runs body(url of the site) while the site is served. */
async function served(body) {
  const server = await serve(SITE, {headers: POLICY});
  try { await body(server.url); } finally { server.close(); }
}

/** Everything on the page unfolded and loaded, as a reader who scrolls to the end has it. */
async function readThrough(page) {
  await page.evaluate(async () => {
    document.querySelectorAll('details').forEach(details => { details.open = true; });
    document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; });
    await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
    await document.fonts.ready;
    const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    // What is far from the screen is laid out when it comes near.
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo({top: y, behavior: 'instant'});
      await painted();
    }
    scrollTo({top: 0, behavior: 'instant'});
    await painted();
  });
}

/** What sticks out of the window to the right, but for what scrolls in a box of its own. */
const overflow = page => page.evaluate(() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = element => element && element !== document.body &&
    (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) ||
      scrolls(element.parentElement));
  const out = [...document.querySelectorAll('main *')].filter(element =>
    element.getBoundingClientRect().right > wide + 1 && !scrolls(element));
  const total = document.documentElement.scrollWidth;
  return [...(total > wide ? [`the page is ${total} wide`] : []),
    ...out.map(element => element.outerHTML.slice(0, 120))];
});

/** Nothing said, nothing asked of another host, nothing missing. */
function quiet(page, name) {
  assert.deepEqual(page.seen.console, [], name);
  assert.deepEqual(page.seen.foreign, [], name);
  assert.deepEqual(page.seen.failed, [], name);
}

test('every page is silent, whole and fits a phone', async browser => {
  await served(async url => {
    for (const name of PAGES) {
      const page = await open(browser, url + name, {width: 360, height: 740});
      await readThrough(page);
      quiet(page, name);
      assert.deepEqual(await overflow(page), [], name);
      const wrong = await page.evaluate(() => [...document.querySelectorAll('main img')]
        .filter(image => image.checkVisibility() && getComputedStyle(image).objectFit !== 'contain')
        .filter(image => {
          const {naturalWidth, naturalHeight, width, height} = image;
          return !naturalWidth || Math.abs(width / height * naturalHeight / naturalWidth - 1) > 0.03;
        }).map(image => image.outerHTML.slice(0, 200)));
      assert.deepEqual(wrong, [], `${name}: missing or squeezed`);
      await page.close();
    }
  });
});

test('a phone shows code and formulas whole, and outputs as large as code', async browser => {
  await served(async url => {
    for (const name of PAGES) {
      const page = await open(browser, url + name, {width: 390, height: 844});
      await readThrough(page);
      const {cells, wide, small, formulas, covers} = await page.evaluate(() => {
        const size = pre => parseFloat(getComputedStyle(pre).fontSize);
        const all = selector => [...document.querySelectorAll(`.bd-article ${selector}`)];
        const wide = part => part.scrollWidth > part.clientWidth + 1;
        const cells = all('.cell_input:not(details *) pre');
        const code = size(cells[0] ?? document.body);
        return {cells: cells.length, wide: cells.filter(wide).length,
          small: all('.cell_output pre').filter(pre => size(pre) < code - 0.01).length,
          formulas: all('div.math').filter(wide).map(formula => formula.textContent.slice(0, 80)),
          covers: [...document.querySelectorAll('#pst-back-to-top')]
            .filter(button => button.checkVisibility()).length};
      });
      assert.ok(wide <= cells / 10, `${name}: ${wide} of ${cells} cells scroll sideways`);
      assert.equal(small, 0, `${name}: outputs smaller than code`);
      assert.deepEqual(formulas, [], `${name}: wider than a phone`);
      assert.equal(covers, 0, `${name}: a button lies over the text`);
      await page.close();
    }
  });
});

test('every page is accessible, in light, in dark and on a phone', async (browser, name) => {
  // The rules look at the same document in both browsers: Firefox confirms two pages in dark.
  const firefox = name === 'firefox';
  const views = firefox ? [{mode: 'dark'}]
    : [{mode: 'light'}, {mode: 'dark'}, {mode: 'light', width: 390}];
  await served(async url => {
    for (const view of views) {
      for (const path of firefox ? ['index.html', CHAPTER] : PAGES) {
        const page = await open(browser, url + path, view);
        await readThrough(page);
        const without = view.width ? ['color-contrast'] : []; // colours do not depend on width
        const faults = await axe(page, 'html', without);
        assert.deepEqual(faults, [], `${path} ${JSON.stringify(view)}`);
        await page.close();
      }
    }
  });
}, {timeout: 180_000, reducedMotion: true});

test('the keyboard reaches everything, and shows where it is', async browser => {
  await served(async url => {
    const page = await open(browser, url + CHAPTER);
    await page.keyboard.press('Tab');
    const first = await page.evaluate(() => document.activeElement.getAttribute('href'));
    assert.equal(first, '#main-content');
    await page.waitForFunction(() => {
      const {top, height} = document.activeElement.getBoundingClientRect();
      return top >= 0 && height > 10;
    }, {timeout: 2_000});

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
});

test('the theme switch darkens the page and its plots', async browser => {
  await served(async url => {
    const page = await open(browser, url + CHAPTER, {mode: 'light'});
    const look = () => page.evaluate(() => {
      const plot = document.querySelector('.cell_output img');
      return {theme: document.documentElement.dataset.theme,
        ground: getComputedStyle(document.body).backgroundColor,
        plot: plot && getComputedStyle(plot).filter,
        slab: plot && getComputedStyle(plot).backgroundColor};
    });
    assert.match((await look()).ground, /255, 255, 255/);
    for (let click = 0; click < 2; click++) await page.click('.theme-switch-button'); // auto, dark
    const dark = await look();
    assert.equal(dark.theme, 'dark');
    assert.match(dark.ground, /\b1?\d, 1?\d, 1?\d\)/);
    if (dark.plot !== null) {
      assert.match(dark.plot, /invert/);
      assert.match(dark.slab, /rgba\(0, 0, 0, 0\)/);
    }
    quiet(page, CHAPTER);
  });
});

test('formulas are drawn in their font, and are copied as TeX', async browser => {
  await served(async url => {
    for (const name of NOTEBOOKS) {
      const page = await open(browser, url + name);
      await readThrough(page);
      const {count, flat, font} = await page.evaluate(() => {
        const formulas = [...document.querySelectorAll('main math')];
        const small = formulas.filter(formula => {
          const {width, height} = formula.getBoundingClientRect();
          return width < 3 || height < 5;
        });
        return {count: formulas.length, flat: small.map(formula => formula.outerHTML.slice(0, 120)),
          font: [...document.fonts].find(face => /Latin Modern/.test(face.family))?.status};
      });
      assert.ok(count > 0, name);
      assert.deepEqual(flat, [], name);
      assert.equal(font, 'loaded', name);
      const copied = await page.evaluate(() => {
        const formula = document.querySelector('main math');
        const copy = new ClipboardEvent('copy', {clipboardData: new DataTransfer(), bubbles: true});
        getSelection().selectAllChildren(formula.parentElement);
        document.body.dispatchEvent(copy);
        return [copy.clipboardData.getData('text/plain'),
          formula.querySelector('annotation').textContent];
      });
      assert.ok(copied[0].includes(`$${copied[1]}$`), `${name}: ${copied[0].slice(0, 80)}`);
      const all = await page.evaluate(() => {
        const copy = new ClipboardEvent('copy', {clipboardData: new DataTransfer(), bubbles: true});
        document.querySelectorAll('details').forEach(details => { details.open = false; });
        getSelection().selectAllChildren(document.querySelector('.bd-article'));
        document.body.dispatchEvent(copy);
        return [...copy.clipboardData.types].sort().map(type => copy.clipboardData.getData(type));
      });
      const answer = await page.$eval('.bd-article details > p', reply => reply.textContent.trim());
      assert.equal(all.length, 2);
      for (const text of all) assert.ok(!text.includes(answer) && text.length > 10_000, name);
      await page.close();
    }
  });
});

test('search finds words of the prose and of the code, and marks them legibly', async browser => {
  await served(async url => {
    for (const [word, mode] of [['gradient', 'dark'], ['return_sequences', 'light']]) {
      const page = await open(browser, `${url}search.html?q=${word}`, {mode});
      await page.waitForSelector('#search-results li .highlighted', {timeout: 10_000});
      const first = await page.$eval('#search-results li a', link => link.getAttribute('href'));
      assert.match(first, /chapters\//);
      assert.deepEqual(await axe(page), [], word);
      quiet(page, word);
      await page.close();
    }
  });
});

test('search finds the words that people use, and shows clean text', async browser => {
  const WORDS = ['timestep', 'TimeDistributed', 'seq2seq', 'data leakage', 'neurons', 'look_back',
    'hidden_size', 'n_steps', 'sequence length', 'BPTT', 'vanishing'];
  await served(async url => {
    const page = await open(browser, url);
    for (const word of WORDS) {
      await page.goto(`${url}search.html?q=${encodeURIComponent(word)}`);
      await page.waitForSelector('#search-results li p.context', {timeout: 10_000});
      const previews = await page.$$eval('#search-results li p.context',
        parts => parts.map(part => part.textContent));
      const stem = word.split(' ')[0].replace(/s$/, '').toLowerCase();
      assert.ok(previews.some(text => text.toLowerCase().includes(stem)), `${word}: ${previews}`);
      for (const text of previews) {
        assert.doesNotMatch(text, /\\[a-z]+|Skip to main|Contents|Back to top|\.ipynb|  |\n/, word);
      }
    }
    quiet(page, 'search');
  });
});

/** The page as Chromium lays it out for paper: black on white, nothing but the text. */
async function looksPrinted(page) {
  const look = await page.evaluate(() => {
    const shown = selector => [...document.querySelectorAll(selector)]
      .some(element => element.checkVisibility() && element.getBoundingClientRect().height > 0);
    const plot = document.querySelector('.cell_output img');
    const dark = [...document.querySelectorAll('.bd-article *')].filter(element => {
      const [red, green, blue, alpha = 1] =
        getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
      return element.checkVisibility() && alpha > 0 && red + green + blue < 600;
    });
    return {ground: getComputedStyle(document.body).backgroundColor,
      title: shown('.bd-article h1'),
      dark: dark.map(element => element.outerHTML.slice(0, 90)),
      ink: getComputedStyle(document.querySelector('main p')).color,
      plot: plot && getComputedStyle(plot).filter,
      furniture: ['.bd-sidebar-primary', '.bd-header-article', '.bd-sidebar-secondary',
        '.prev-next-footer', 'button.copybtn'].filter(shown)};
  });
  assert.ok(look.title, 'the page has lost its title');
  assert.deepEqual(look.dark, []);
  assert.match(look.ground, /255, 255, 255|0, 0, 0, 0/);
  assert.match(look.ink, /rgb\((\d|[1-5]\d), /);
  if (look.plot !== null) assert.equal(look.plot, 'none');
  assert.deepEqual(look.furniture, []);
}

test('paper is white, with solutions open and no furniture', async (browser, name) => {
  await served(async url => {
    const page = await open(browser, url + CHAPTER, {mode: 'dark', print: true});
    if (name === 'chromium') await looksPrinted(page); // Firefox cannot show it without printing
    await page.evaluate(() => addEventListener('beforeprint', () => {
      document.documentElement.dataset.folded =
        document.querySelectorAll('details:not([open])').length;
    }));
    await page.pdf();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.folded), '0');
    assert.ok(await page.$('details:not([open])'), 'and folded again afterwards');
  });
});

test('without scripts the text, the formulas and the figures stand', async browser => {
  await served(async url => {
    const page = await open(browser, url + CHAPTER);
    quiet(page, CHAPTER);
    assert.ok(await page.$('main h1'));
    assert.ok(await page.$('main math'));
    assert.ok(await page.$('main figure img'));
  });
}, {javascript: false});

test('it reads straight from a folder, its moving figures too', async browser => {
  const folder = pathToFileURL(join(SITE, '/')).href;
  let figures = 0;
  for (const name of PAGES) {
    const page = await open(browser, folder + name);
    assert.deepEqual(page.seen.console, [], name);
    assert.deepEqual(page.seen.requests.filter(url => !url.startsWith(folder)
      && !url.startsWith('data:')), [], name);
    assert.equal(await page.$eval('html', element => element.dataset.theme), 'light');
    for (const figure of await page.$$('main :is(rnn-feedback, rnn-unrolled, rnn-topologies, rnn-fit, rnn-gates, rnn-messages, rnn-sampler)')) {
      await figure.evaluate(element => element.scrollIntoView());
      await page.waitForSelector('.rnn-drawn');
      figures += 1;
    }
    await page.close();
  }
  assert.ok(figures >= 6, `${figures} figures that move`);
  const page = await open(browser, `${folder}index.html`);
  await page.click(`nav a[href="${CHAPTER}"]`);
  await page.$eval('rnn-feedback', element => element.scrollIntoView());
  await page.waitForSelector('.rnn-drawn');
  await page.goto(`${folder}search.html?q=gradient`);
  await page.waitForSelector('#search-results li');
});
