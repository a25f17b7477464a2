// Every interactive figure, as readers meet it: by keyboard, by touch, on a phone, in the dark, on
// paper, without scripts, and with nonsense typed into it. What one figure alone must say stands in
// cases/rnn-NAME.mjs. A case: the figure as it starts, or after a reader
//   uses:    [[control, value, what the figure says then…]…]   without a value: presses it
// must do this:
//   says:    [a text or a pattern in its words…]
//   gives:   [[what is asked of the element, the answer, how far a number may be from it,
//              what else the question needs]…]
//   refuses: [[field, a good value, bad values…]…]
import assert from 'node:assert/strict';
import {after} from 'node:test';
import {FIGURES, fixture} from './fixture.mjs';
import {SITE, axe, open, quiet, serve, test} from './harness.mjs';

const pages = Object.fromEntries(FIGURES.flatMap(figure =>
  [[`${figure}.html`, fixture(figure)], [`far-${figure}.html`, fixture(figure, 5000)]]));
// Nothing may be waited for between two tests: with none to run, node would call it a day.
const cases = await Promise.all(FIGURES.map(async figure =>
  (await import(`./cases/rnn-${figure}.mjs`)).CASES.map(each => ({figure, ...each}))));
const server = await serve(SITE, {pages});
after(() => server.close());

const CONTROLS = '.rnn-live :is(button, select, input, summary)';

/** The page of a figure, once the figure stands there. */
async function show(browser, figure, options = {}) {
  const page = await open(browser, `${server.url}${figure}.html`, options);
  await page.waitForSelector('.rnn-drawn');
  return page;
}

const say = page => page.$eval('.rnn-status', status => status.textContent);
const height = (page, part) => page.$eval(part, each => each.getBoundingClientRect().height);

/** A digest of everything that a figure shows, after it had two frames to draw it; and more, up to
    sixty, if it is to differ from an earlier one. */
const shown = (page, before) => page.evaluate(async before => {
  const live = document.querySelector('.rnn-live');
  for (let frame = 1; ; frame++) {
    await new Promise(requestAnimationFrame);
    const text = [...live.querySelectorAll('svg, pre, p, td')].map(part => part.outerHTML).join()
      + [...live.querySelectorAll('details')].map(part => part.open);
    const bytes = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
    const digest = Array.from(new Uint8Array(bytes), byte => byte.toString(16)).join('');
    if (frame > 1 && digest !== before || frame > 60) return digest;
  }
}, before);

/** The control that a label or a button's text names. */
async function control(page, name) {
  const handle = await page.evaluateHandle(name => {
    const live = document.querySelector('.rnn-live');
    const button = [...live.querySelectorAll('button, summary')]
      .find(each => each.textContent === name);
    const label = [...live.querySelectorAll('label')]
      .find(each => each.textContent.split(':')[0] === name);
    return button ?? label?.control ?? live.querySelector(`[aria-label="${name}"]`);
  }, name);
  assert.ok(handle.asElement(), `there is no control “${name}”`);
  return handle.asElement();
}

/** Type into a field, named or found already; gives what stands there then. */
async function type(page, field, text) {
  if (typeof field === 'string') field = await control(page, field);
  await field.focus();
  await field.evaluate(input => input.select());
  if (text) await page.keyboard.type(text);
  else await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  return field.evaluate(input => input.value);
}

/** Do with a control what a reader does, then wait until the figure has followed. */
async function act(page, name, value) {
  const handle = await control(page, name);
  const kind = await handle.evaluate(part => part.type);
  if (kind === 'select-one') assert.deepEqual(await handle.select(value), [value], name);
  else if (kind === 'text') await type(page, handle, value);
  else if (kind === 'range') {
    await handle.evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input'));
    }, value);
  } else await handle.evaluate(part => part.click());
  await page.waitForFunction(() => !document.querySelector('.rnn-on').running);
  await shown(page);
}

// ---------------------------------------------------------------- what holds for every figure
/** In the page: bring the figure near. Gives whether it had started before, in which tasks it drew
    its pieces, how far that moved the page, how much higher the figure is than the room that was
    kept for it, and how often ten wishes to redraw made it draw. */
async function start(figure) {
  const element = document.querySelector(`rnn-${figure}`), tasks = [], shifts = [];
  const frames = async () => {
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
  };
  // An observer like that of the figure: when this one is told where it is, so was that one.
  await new Promise(done => new IntersectionObserver(done, {rootMargin: '100%'}).observe(element));
  await new Promise(done => setTimeout(done));
  if (element.matches('.rnn-on')) return {early: true};
  let task = 0;
  for (const piece of element.pieces) {
    const draw = element[piece];
    element[piece] = function () {
      tasks.push(task);
      draw.call(this);
    };
  }
  const high = () => element.querySelector('.rnn-live, img').getBoundingClientRect().height;
  const room = high(), count = new MessageChannel();
  element.scrollIntoView({block: 'center'});
  while (tasks.length < element.pieces.length) {
    await new Promise(done => { count.port1.onmessage = done; count.port2.postMessage(0); });
    task += 1;
  }
  const pieces = [...tasks];
  await frames();
  if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
    new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
      .observe({type: 'layout-shift', buffered: true});
    await frames();
  }
  element.draws = 0; // counted from here on
  const draw = element.draw;
  element.draw = function () { this.draws += 1; draw.call(this); };
  for (let i = 0; i < 10; i++) element.redraw();
  await frames();
  return {pieces, shifts, draws: element.draws, parts: element.querySelectorAll('*').length,
    over: high() - room};
}

/** A page in which the figure lies far down, brought near; with what holds at any width. */
async function visit(browser, name, figure, width) {
  const page = await open(browser, `${server.url}far-${figure}.html`, {width});
  // Counted in work done, not by the clock: what else the machine does is no fault of the page.
  const {early = false, pieces, shifts, draws, parts, over} = await page.evaluate(start, figure);
  assert.equal(early, false, 'it started far from the screen');
  assert.equal(new Set(pieces).size, pieces.length, `pieces in tasks ${pieces}`);
  assert.deepEqual(shifts.filter(value => value > 0.001), [], 'layout shifts');
  // At a desk the room is measured where the figure's page is: in site.test.mjs.
  assert.ok(width > 320 || Math.abs(over) <= 1, `${over} px higher than its room`);
  assert.equal(draws, 1, 'drawings in a frame');
  assert.ok(parts < 500, `${parts} elements`);
  await fits(page, width);
  // The rules of axe look at the same document in both browsers.
  for (const theme of name === 'chromium' ? ['dark', 'light'] : []) {
    await page.evaluate(theme => { document.documentElement.dataset.theme = theme; }, theme);
    assert.deepEqual(await axe(page), [], theme);
  }
  return page;
}

/** Nothing is wider than the window, and every control is large enough for a finger. */
async function fits(page, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${wide} px wide in a window of ${width} px`);
  const small = await page.$$eval(
    '.rnn-live :is(button, select, input:not([type=checkbox]), summary, .rnn-tick)',
    parts => parts.map(part => [part.outerHTML, part.getBoundingClientRect()])
      .filter(([, {width, height}]) => width < 44 || height < 44).map(([text]) => text));
  assert.deepEqual(small, [], 'smaller than 44 px');
}

/** In the page: whether no slider says what a picture shows, and which say it no more. */
function tell() {
  const live = document.querySelector('.rnn-live');
  const pictures = [...live.querySelectorAll('.rnn-picture')]
    .map(part => part.getAttribute('aria-label')).join(' ');
  const said = slider => slider.getAttribute('aria-valuetext');
  // All that it says, or all after its first sentence.
  const tells = slider => [said(slider), said(slider).split('. ').slice(1).join('. ')]
    .some(words => / [a-z]/.test(words) && pictures.includes(words));
  const sliders = [...live.querySelectorAll('[type=range]')];
  globalThis.tellers ??= sliders.filter(tells);
  const stale = live.closest('.rnn-on').running ? []
    : globalThis.tellers.filter(slider => !tells(slider));
  return {none: sliders.length > 0 && !globalThis.tellers.length, stale: stale.map(said)};
}

/** What sliders say follows the picture, within a second's frames. */
async function upToDate(page, message) {
  let stale;
  for (let frames = 0; frames < 60; frames += 1) {
    ({stale} = await page.evaluate(tell));
    if (!stale.length) return;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.deepEqual(stale, [], message);
}

/** Tab to every control and use it by its keys: each changes what is shown, and says its value. */
async function useKeys(page) {
  assert.equal((await page.evaluate(tell)).none, false, 'no slider tells what the picture shows');
  const used = new Set();
  let count = await page.$$eval(CONTROLS, parts => parts.length), back = false;
  for (let presses = 0; used.size < count; presses++) {
    assert.ok(presses < 120, `Tab reached ${used.size} controls of ${count}`);
    if (back) await page.keyboard.down('Shift');
    await page.keyboard.press('Tab');
    await page.keyboard.up('Shift');
    const now = await page.evaluate(controls => {
      const active = document.activeElement;
      return {at: [...document.querySelectorAll(controls)].indexOf(active), tag: active.localName,
        name: active.ariaLabel ?? active.labels?.[0]?.textContent ?? active.textContent,
        type: active.type, value: active.value, stands: active.ariaPressed === 'true'};
    }, CONTROLS);
    back = now.at === count - 1 || back && now.at > 0;
    // A preset that stands changes nothing: its turn comes on the way back, when others were used.
    if (now.at < 0 || used.has(now.at) || now.stands) continue;
    used.add(now.at);
    const before = await shown(page);
    if (['button', 'summary'].includes(now.tag) || now.type === 'checkbox') {
      await page.keyboard.press(' ');
    } else if (now.type === 'range') {
      await page.keyboard.press('ArrowRight');
    } else if (now.tag === 'select') {
      await page.keyboard.press('ArrowDown'); // opens the list on a Mac
      if (await page.evaluate(() => document.activeElement.value) === now.value) {
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
      }
    } else {
      await page.evaluate(() => document.activeElement.select());
      await page.keyboard.type(Number(now.value) === 2 ? '3' : '2');
      await page.keyboard.press('Enter');
    }
    assert.notEqual(await shown(page, before), before, `${now.tag} “${now.name}” is idle`);
    if (now.tag === 'summary') await page.keyboard.press(' '); // what it hides is wanted still
    const spoken = await page.evaluate(() => document.activeElement.ariaValueText);
    if (now.type === 'range') assert.match(spoken, /\d/, `what “${now.name}” says`);
    await upToDate(page, `after “${now.name}” a slider says`);
    count = await page.$$eval(CONTROLS, parts => parts.length);
  }
}

/** Tap on all that can be tapped: each changes what is shown, and nothing moves by itself. */
async function useTouch(page) {
  const tapped = '.rnn-live :is(button, [type=range], .rnn-scrub, .rnn-tick)';
  for (const handle of await page.$$(tapped)) {
    const {what, button, idle, place} = await handle.evaluate(part => {
      part.scrollIntoView({block: 'center', behavior: 'instant'});
      const {x, y, width, height} = part.getBoundingClientRect();
      part.closest('.rnn-on').draws = 0;
      return {what: part.getAttribute('aria-label') ?? part.outerHTML,
        button: part.localName === 'button', place: [x + 0.7 * width, y + height / 2],
        idle: part.ariaPressed === 'true' || !part.checkVisibility()};
    });
    if (idle) continue; // a preset that stands, or something folded
    const before = await shown(page);
    await page.touchscreen.tap(...place);
    await page.waitForFunction(() => !document.querySelector('.rnn-on').running);
    assert.notEqual(await shown(page, before), before, `a tap changes nothing: ${what}`);
    const draws = await page.$eval('.rnn-on', element => element.draws);
    if (button) assert.ok(draws <= 2, `${draws} drawings with reduced motion: ${what}`);
  }
}

const NONSENSE = ['NaN', '1e99', '', '∞', 'x y', '-1e9', '1/0', '<b>'];

/** Type what cannot be meant: the value stays, with a sentence; a good value takes it away. */
async function refuse(page, field, entries, good = '1') {
  const [value, number] = await field.evaluate(input => [input.value, input.inputMode !== '']);
  for (const entry of entries) {
    const taken = await type(page, field, entry);
    if (!number && taken !== value) continue; // what one figure cannot read may be words to another
    assert.equal(taken, value, `“${entry}” was taken`);
    const said = await say(page);
    assert.match(said, /must be a (whole )?number from .* it stays|\. It stays “/, entry);
  }
  if (!number) return;
  await type(page, field, good);
  assert.equal(await say(page), '', 'the sentence stays after a good value');
}

for (const figure of FIGURES) {
  test(`${figure}: at a desk, by keyboard, on paper, with nonsense`, async (browser, name) => {
    const page = await visit(browser, name, figure, 1280);
    await useKeys(page);
    for (const field of await page.$$('.rnn-live [type=text]')) await refuse(page, field, NONSENSE);
    quiet(page);
    assert.equal(await height(page, 'img.static'), 0);
    assert.ok(await height(page, 'figcaption') > 10);
    if (name === 'firefox') { // which cannot lay out a page for paper, only print it
      assert.ok((await page.pdf()).length > 1000);
      return;
    }
    await page.emulateMediaType('print');
    assert.equal(await height(page, '.rnn-live'), 0);
    assert.ok(await height(page, 'img.static') > 10 && await height(page, 'figcaption') > 10);
    assert.ok(await page.$eval('img.static', image => image.complete && image.naturalWidth > 0));
  });

  test(`${figure}: on a small phone, by touch, with reduced motion`, async (browser, name) => {
    const page = await visit(browser, name, figure, 320);
    await useTouch(page);
    quiet(page);
  }, {touch: true, reducedMotion: true});
}

test('without scripts the static pictures and their captions stand there', async browser => {
  for (const figure of FIGURES) {
    const page = await open(browser, `${server.url}${figure}.html`);
    assert.equal(await page.$('.rnn-live'), null);
    for (const part of ['img.static', 'figcaption']) {
      assert.ok(await height(page, part) > 10, `${figure}: ${part}`);
    }
  }
}, {javascript: false});

// ---------------------------------------------------------------- what one figure says is true
/** All that a figure says in words, those of its pictures too. */
const read = page => page.$eval('.rnn-live', live =>
  [...live.querySelectorAll('p, pre, td, .rnn-picture')]
    .map(part => part.localName === 'svg' ? part.getAttribute('aria-label') : part.textContent)
    .join('\n'));

/** Numbers agree within so much, one by one; anything else is the same. */
function agree(found, wanted, within) {
  if (within === undefined) return assert.deepEqual(found, wanted);
  const apart = [found].flat(9).map((value, i) => Math.abs(value - [wanted].flat(9)[i]));
  assert.equal(apart.length, [wanted].flat(9).length);
  assert.ok(apart.every(gap => gap <= within), `found ${found}, wanted ${wanted}`);
}

for (const {figure, title, uses = [], says = [], gives = [], refuses = []} of cases.flat()) {
  test(`${figure}: ${title}`, async browser => {
    const page = await show(browser, figure);
    await page.evaluate(tell);
    for (const [name, value, ...sentences] of [...uses, [undefined, undefined, ...says]]) {
      if (name) await act(page, name, value);
      const words = await read(page);
      for (const sentence of sentences) {
        assert.ok(sentence instanceof RegExp ? sentence.test(words) : words.includes(sentence),
          `“${sentence}” is not in: ${words}`);
      }
    }
    for (const [ask, wanted, within, about] of gives) {
      agree(await page.$eval('.rnn-on', ask, about), wanted, within);
    }
    for (const [name, good, ...entries] of refuses) {
      await refuse(page, await control(page, name), entries, good);
    }
    await upToDate(page, 'a slider says what was');
    quiet(page);
  });
}
