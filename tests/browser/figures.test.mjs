// Every interactive figure, as readers meet it: by keyboard, by touch, on a phone, in the dark, on
// paper, without scripts, and with nonsense typed into it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after} from 'node:test';
import {CHAPTERS, FIGURES, SITE, fixture} from './fixture.mjs';
import {axe, open, serve, test} from './harness.mjs';

const pages = Object.fromEntries(FIGURES.flatMap(figure =>
  [[`${figure}.html`, fixture(figure)], [`far-${figure}.html`, fixture(figure, 5000)]]));
const server = await serve(SITE, {pages});
after(() => server.close());

/** The fixture page of a figure, once the figure stands there. */
async function show(browser, figure, options = {}) {
  const page = await open(browser, `${server.url}${figure}.html`, options);
  page.setDefaultTimeout(10_000);
  if (browser.wishes.javascript) await page.waitForSelector('.rnn-drawn');
  await page.evaluate(theme => { document.documentElement.dataset.theme = theme; },
    options.theme ?? 'light').catch(() => {});
  return page;
}

function quiet(page) {
  assert.deepEqual(page.seen.console, [], 'console output');
  assert.deepEqual(page.seen.foreign, [], 'requests to elsewhere');
  assert.deepEqual(page.seen.failed, [], 'failed requests');
}

/** A digest of everything that a figure shows, after it had some frames to draw it. */
const shown = page => page.evaluate(async () => {
  for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame);
  const live = document.querySelector('.rnn-live');
  const text = [...live.querySelectorAll('svg, pre, p, td')].map(part => part.outerHTML).join()
    + [...live.querySelectorAll('details')].map(part => part.open);
  const bytes = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes).slice(0, 8), byte => byte.toString(16)).join('');
});

const say = page => page.$eval('.rnn-status', status => status.textContent);

/** The control that a label or a button's text names. */
async function control(page, name) {
  const handle = await page.evaluateHandle(name => {
    const live = document.querySelector('.rnn-live');
    const button = [...live.querySelectorAll('button, summary')]
      .find(each => each.textContent === name);
    const label = [...live.querySelectorAll('label')].find(each => each.textContent.split(':')[0] === name);
    return button ?? label?.control ?? live.querySelector(`[aria-label="${name}"]`);
  }, name);
  assert.ok(handle.asElement(), `there is no control “${name}”`);
  return handle.asElement();
}

async function type(page, name, text) {
  const field = await control(page, name);
  await field.focus();
  await field.evaluate(input => input.select());
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  return field.evaluate(input => input.value);
}

// ---------------------------------------------------------------- what holds for every figure
for (const figure of FIGURES) {
  test(`${figure}: axe clean in both themes, no overflow at 360 px, targets of 44 px`,
    async browser => {
      for (const theme of ['light', 'dark']) {
        for (const width of [360, 1280]) {
          const page = await show(browser, figure, {width, theme});
          assert.deepEqual(await axe(page), [], `${theme}, ${width} px`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${wide} px wide in a window of ${width} px`);
          const small = await page.$$eval(
            '.rnn-live :is(button, select, input:not([type=checkbox]), summary, .rnn-tick)',
            parts => parts.map(part => [part.outerHTML, part.getBoundingClientRect()])
              .filter(([, {width, height}]) => width < 44 || height < 44)
              .map(([text]) => text));
          assert.deepEqual(small, [], 'smaller than 44 px');
          quiet(page);
          await page.close();
        }
      }
    }, {timeout: 120_000});

  test(`${figure}: every control works by keyboard, and Tab reaches it`, async browser => {
    const page = await show(browser, figure, {width: 1000});
    if (figure === 'feedback') { // else its first preset has nothing to change
      await page.$eval('rnn-feedback', element => element.set({w: 1.5}));
    }
    if (figure === 'gates') await page.$eval('rnn-gates', element => element.set('f', 0.5));
    const count = await page.$$eval('.rnn-live :is(button, select, input, summary)',
      parts => parts.length);
    const reached = new Set();
    for (let guard = 0; guard < 80 && reached.size < count; guard++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => {
        const active = document.activeElement;
        const all = [...document.querySelectorAll('.rnn-live :is(button, select, input, summary)')];
        return {at: all.indexOf(active), tag: active.localName, type: active.type,
          name: active.ariaLabel ?? active.labels?.[0]?.textContent ?? active.textContent,
          value: active.value};
      });
      if (now.at < 0 || reached.has(now.at)) continue;
      reached.add(now.at);
      const before = await shown(page);
      if (now.tag === 'button' || now.type === 'checkbox' || now.tag === 'summary') {
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
      assert.notEqual(await shown(page), before, `“${now.name}” (${now.tag}) changes nothing`);
      if (now.tag === 'summary') await page.keyboard.press(' '); // what it hides is wanted still
      if (now.type === 'range') {
        const spoken = await page.evaluate(() => document.activeElement.ariaValueText);
        assert.ok(/\d/.test(spoken), `“${now.name}” says “${spoken}”`);
      }
    }
    assert.ok(reached.size >= count, `Tab reached ${reached.size} controls of ${count}`);
    quiet(page);
  });

  test(`${figure}: buttons, sliders and the picture answer to touch`, async browser => {
    const page = await show(browser, figure, {width: 390});
    const centre = handle => handle.evaluate(part => {
      part.scrollIntoView({block: 'center', behavior: 'instant'});
      const {x, y, width, height} = part.getBoundingClientRect();
      return [x + 0.7 * width, y + height / 2];
    });
    let tapped = 0;
    for (const handle of await page.$$('.rnn-live :is(button, input[type=range], .rnn-scrub)')) {
      const [what, still] = await handle.evaluate(part =>
        [part.getAttribute('aria-label') ?? part.outerHTML, part.ariaPressed === 'true']);
      if (still || !await handle.evaluate(part => part.checkVisibility())) continue; // a preset that stands, or folded
      const before = await shown(page);
      await page.touchscreen.tap(...await centre(handle));
      assert.notEqual(await shown(page), before, `a tap changes nothing: ${what}`);
      tapped += 1;
    }
    assert.ok(tapped > 0 || figure === 'topologies', 'nothing to tap');
    for (const handle of await page.$$('.rnn-tick')) {
      const before = await shown(page);
      await page.touchscreen.tap(...await centre(handle));
      assert.notEqual(await shown(page), before, 'a tap on a checkbox changes nothing');
    }
    quiet(page);
  }, {touch: true});

  test(`${figure}: without scripts the static picture and its caption stand there`,
    async browser => {
      const page = await show(browser, figure);
      assert.equal(await page.$('.rnn-live'), null);
      for (const part of ['img.static', 'figcaption']) {
        assert.ok(await page.$eval(part, each => each.getBoundingClientRect().height > 10), part);
      }
    }, {javascript: false});

  test(`${figure}: on paper the static picture, on the screen the figure, the caption on both`,
    async (browser, name) => {
      const height = (page, part) => page.$eval(part, each => each.getBoundingClientRect().height);
      const page = await show(browser, figure);
      assert.equal(await height(page, 'img.static'), 0);
      assert.ok(await height(page, 'figcaption') > 10);
      if (name === 'firefox') { // which cannot lay out a page for paper, only print it
        assert.ok((await page.pdf()).length > 1000);
        return;
      }
      await page.emulateMediaType('print');
      assert.equal(await height(page, '.rnn-live'), 0);
      for (const part of ['img.static', 'figcaption']) {
        assert.ok(await height(page, part) > 10, part);
      }
      assert.ok(await page.$eval('img.static', image => image.complete && image.naturalWidth > 0));
    });
}

// ---------------------------------------------------------------- nonsense
const NONSENSE = {
  feedback: {'w, feedback, typed': ['NaN', '1e99', '', 'two', '−5']},
  unrolled: {'U, times, typed': ['NaN', '-1', '1e9', '∞']},
  gates: {'f, forget, typed': ['NaN', '-0.5', '2', '∞', '', 'open']},
  topologies: {'time steps': ['0', '2.5', '-1', 'many', '1e9'], features: ['0', 'NaN'],
    units: ['-1', '1.5', 'NaN', '']},
  fit: {units: ['0', '-3', '2.5', 'NaN', '1e9'],
    'learning rate': ['0', '-1', 'NaN', 'Infinity', '1e300'], seed: ['-1', 'x', '0.5']},
};
for (const [figure, fields] of Object.entries(NONSENSE)) {
  test(`${figure}: nonsense is refused with a sentence`, async browser => {
    const page = await show(browser, figure);
    for (const [name, entries] of Object.entries(fields)) {
      const before = await (await control(page, name)).evaluate(input => input.value);
      for (const entry of entries) {
        assert.equal(await type(page, name, entry), before, `${name} took “${entry}”`);
        assert.match(await say(page), /must be a (whole )?number from .* it stays/,
          `${name}: “${entry}”`);
      }
      await type(page, name, '1');
      assert.equal(await say(page), '', 'the sentence stays after a good number');
    }
    quiet(page);
  });
}

test('messages: what the network cannot read is refused with a sentence', async browser => {
  const page = await show(browser, 'messages');
  const words = 'eight thousand three hundred fifteen';
  for (const [entry, sentence] of [
    ['one million', /^The network does not know “million”: it knows .* It stays “eight/],
    ['ten and two', /has not learnt the word “and”: leave it out\. It stays/],
    [' ', /^Nothing is typed\. It stays/], ['-5', /does not know “-5”/], ['2.5', /does not know “2\.5”/],
    ['12345678', /too large: give a number below a million/], ['NaN', /does not know “nan”/],
    ['one two three four five six seven eight nine', /^These are 9 words: give at most 8\./],
  ]) {
    assert.equal(await type(page, 'a number in words', entry), words, entry);
    assert.match(await say(page), sentence);
  }
  for (const [entry, taken, value] of [['Forty-Two', 'forty two', 42], [' 1,000 ', 'one thousand', 1000],
    ['seven hundred  five', 'seven hundred five', 705], ['0', 'zero', 0]]) {
    assert.equal(await type(page, 'a number in words', entry), taken);
    assert.equal(await say(page), '', 'the sentence stays after a good number');
    assert.equal(await page.$eval('rnn-messages', figure => figure.value), value);
  }
  quiet(page);
});

test('messages: outside the trained numbers it says so, and shows what comes out', async browser => {
  const page = await show(browser, 'messages');
  const words = async () => {
    await (await control(page, 'end')).click();
    await shown(page);
    return page.$$eval('.rnn-live p', parts => parts.map(part => part.textContent).join(' '));
  };
  assert.match(await words(), /The network wrote 8315: right\./);
  await type(page, 'a number in words', 'ten thousand');
  assert.match(await words(), /wrote \d+; right would be 10000\. 10000 is outside the trained numbers, 0 to 9999/);
  await type(page, 'a number in words', 'two two');
  assert.match(await words(), /The network wrote \d*\. These words are no number as the network learnt/);
  quiet(page);
});

test('messages: every logit and every attention weight is that of Keras', async browser => {
  const cases = JSON.parse(readFileSync(new URL('messages.json', import.meta.url), 'utf8'));
  const page = await show(browser, 'messages');
  const worst = await page.$eval('rnn-messages', (figure, cases) => cases.map(
    ({words, mask, logits, looks}) => {
      figure.masked = mask;
      figure.words = words;
      figure.compute();
      const apart = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
      return Math.max(...figure.written.flatMap(({logits: found, look}, k) =>
        [apart(found, logits[k]), apart(look, looks[k])]));
    }), cases);
  assert.equal(worst.length, 48);
  assert.ok(Math.max(...worst) < 1e-4, `${worst}`);
});

test('topologies: zero units are refused in the words of Keras', async browser => {
  const page = await show(browser, 'topologies');
  await type(page, 'units', '0');
  await shown(page);
  const said = await page.$eval('.rnn-live', live => live.textContent);
  assert.match(said, /refuses layer 1: “.* expected a positive integer, got 0\./);
});

test('fit: a huge learning rate is shown as divergence', async browser => {
  for (const cell of ['rnn', 'gru']) {
    const page = await show(browser, 'fit');
    await (await control(page, 'cell')).select(cell);
    await type(page, 'learning rate', '1000');
    await (await control(page, '500 epochs')).click();
    await page.waitForFunction(() => /diverged after \d+ epochs.*smaller learning rate/
      .test(document.querySelector('.rnn-status').textContent));
    assert.ok(await page.$eval('rnn-fit', figure => figure.history.length < 500));
    quiet(page);
  }
});

// ---------------------------------------------------------------- what the figures say is true
test('feedback: the presets forget, hold, oscillate', async browser => {
  const page = await show(browser, 'feedback');
  const states = async preset => {
    await (await control(page, preset)).click();
    return page.$eval('rnn-feedback', figure => [...figure.h]);
  };
  const forget = await states('forget');
  // Five steps after a pulse of one: h = tanh(3) at first, then tanh(h / 2).
  assert.ok(Math.abs(forget[8] - 0.0277) < 1e-3, forget[8]);
  const hold = await states('hold a bit');
  assert.ok(Math.abs(hold[21] - 0.9575) < 1e-4 && Math.abs(hold[39] + 0.9575) < 1e-4);
  const swing = await states('oscillate');
  assert.ok(Math.abs(swing[39] + swing[38]) < 1e-6 && Math.abs(swing[39]) > 0.95);
  const critical = await states('critical point');
  assert.ok(critical[21] > 0.2 && critical[21] < critical[10], 'a slow decay');
});

test('unrolled: a linear orthogonal kernel gives its scale as the factor', async browser => {
  const page = await show(browser, 'unrolled');
  await (await control(page, 'activation')).select('linear');
  for (const scale of ['0.9', '1', '1.1']) {
    await type(page, 'U, times, typed', scale);
    const sizes = await page.$eval('rnn-unrolled', figure => figure.sizes);
    sizes.slice(1).forEach((size, t) =>
      assert.ok(Math.abs(sizes[t] / size - Number(scale)) < 1e-6, `${sizes[t] / size}`));
  }
});

test('unrolled: shows δ, by how much the loss changes with each sum', async browser => {
  const page = await show(browser, 'unrolled');
  for (const activation of ['tanh', 'linear']) {
    await (await control(page, 'activation')).select(activation);
    const [steps, found, nudged, sizes] = await page.$eval('rnn-unrolled', figure => {
      const {layer} = figure, steps = layer.x.length;
      const phi = layer.activation === 'tanh' ? Math.tanh : a => a;
      /** The sum of the last state if the sum of unit k at step s is moved by e. */
      const loss = (s, k, e) => layer.x.reduce((h, x, t) => layer.b[0].reduce((next, b, j) =>
        [...next, phi(b + (t === s && j === k ? e : 0)
          + x.reduce((sum, value, i) => sum + value * layer.W[i][j], 0)
          + h.reduce((sum, value, i) => sum + value * layer.U[i][j], 0))], []), [0, 0, 0])
        .reduce((sum, value) => sum + value);
      return [steps, layer.da.map(da => [...da]), layer.da.map((da, t) => Array.from(da, (_, j) =>
        (loss(t, j, 1e-5) - loss(t, j, -1e-5)) / 2e-5)), figure.sizes];
    });
    found.forEach((delta, t) => {
      assert.ok(Math.abs(Math.hypot(...delta) - sizes[t]) < 1e-12, `size at step ${t + 1}`);
      delta.forEach((value, j) => assert.ok(Math.abs(value - nudged[t][j]) < 1e-7,
        `${activation}, step ${t + 1}, unit ${j + 1}: ${value}, nudged ${nudged[t][j]}`));
    });
    for (const back of [steps, 1]) { // the last step, then the first one
      await page.$eval('rnn-unrolled', (figure, by) => figure.move(by), back === steps ? steps : steps - 1);
      await shown(page);
      const lines = (await page.$eval('.rnn-live pre', pre => pre.textContent)).split('\n');
      assert.equal(lines.length, 3);
      lines.forEach((line, j) => {
        // What the line says is right to the digits that it shows, and so is its sum.
        const [, value, sum] = line.match(/^unit \d: δ = (\S+) = (.+)$/) ?? assert.fail(line);
        const right = found[back - 1][j];
        const number = text => Function(`return ${text.replaceAll('−', '-').replaceAll('·', '*')}`)();
        assert.ok(Math.abs(number(value) - right) <= 0.06 * Math.abs(right), `${line}: ${right}`);
        assert.ok(Math.abs(number(sum) - right) < 0.03, `${line}: ${number(sum)}`);
        assert.equal(/\)·\S+$/.test(sum), activation === 'tanh', `the slope: ${line}`);
      });
    }
    await page.$eval('rnn-unrolled', figure => figure.move(-99));
  }
});

test('fit: starts from the chapter’s network and ends at its losses', async browser => {
  const page = await show(browser, 'fit');
  const [first, rivals] = await page.$eval('rnn-fit', figure =>
    [figure.net.predict([[0.5488135, 0.71518937], [0.60276338, 0.54488318]])[0],
      figure.rivals.map(([, loss]) => loss)]);
  assert.ok(Math.abs(first - 0.26074675) < 1e-6, `${first}`);
  for (const [i, loss] of [0.148, 5.25e-3, 1.92e-4].entries()) {
    assert.ok(Math.abs(rivals[i] / loss - 1) < 0.01, `baseline ${i}: ${rivals[i]}`);
  }
  await (await control(page, '500 epochs')).click();
  await page.waitForFunction(() =>
    /^Epoch 500:/.test(document.querySelector('.rnn-status').textContent));
  const [train, held] = await page.$eval('rnn-fit', figure => figure.history.at(-1));
  // What the chapter prints after its 500 epochs.
  assert.deepEqual([train.toExponential(1), held.toExponential(2)], ['1.8e-4', '2.85e-4']);
});

test('fit: sin alone cannot be read from one sample, and can from two', async browser => {
  const page = await show(browser, 'fit');
  await (await control(page, 'task')).select('sin');
  await type(page, 'units', '8');
  await type(page, 'learning rate', '0.01');
  const after = async length => {
    await (await control(page, 'window')).select(length);
    await (await control(page, '500 epochs')).click();
    await page.waitForFunction(() =>
      document.querySelector('.rnn-status').textContent.startsWith('Epoch 500:'));
    return page.$eval('rnn-fit', figure => figure.history.at(-1)[1]);
  };
  const [one, two] = [await after('1'), await after('2')];
  assert.ok(one > 0.08 && two < 0.02, `${one} with one sample, ${two} with two`);
});

for (const [figure, slider, act] of [
  ['feedback', 'time step', async page => (await control(page, 'hold a bit')).click()],
  ['unrolled', 'forward, then backward',
    async page => (await control(page, 'activation')).select('linear')],
  ['gates', 'time step', async page => (await control(page, 'leak')).click()],
  ['messages', 'read, then write', async page => (await control(page, 'another')).click()],
  ['fit', 'window shown', async page => (await control(page, '500 epochs')).click()],
]) {
  test(`${figure}: a slider says what is so now, not what was`, async browser => {
    const page = await show(browser, figure);
    const handle = await control(page, slider);
    const before = await handle.evaluate(input => input.getAttribute('aria-valuetext'));
    await act(page);
    await page.waitForFunction(() => !document.querySelector('.rnn-live').parentElement.running);
    if (figure === 'fit') await page.waitForFunction(() =>
      document.querySelector('.rnn-status').textContent.startsWith('Epoch 500:'));
    await shown(page);
    const after = await handle.evaluate(input => input.getAttribute('aria-valuetext'));
    const pictures = await page.$$eval('.rnn-picture', parts =>
      parts.map(part => part.getAttribute('aria-label')).join(' '));
    assert.notEqual(after, before);
    assert.ok(pictures.includes(after), `“${after}” is not in “${pictures}”`);
  });
}

// ---------------------------------------------------------------- smoothness
// Counted in work done, not by the clock: what else the machine does is no fault of the page.
for (const figure of FIGURES) {
  test(`${figure}: starts near the screen only, piece by piece, and moves nothing`,
    async (browser, name) => {
      for (const width of [390, 1280]) {
        const page = await open(browser, `${server.url}far-${figure}.html`, {width});
        await page.evaluate(() => new Promise(done => setTimeout(done, 200)));
        assert.equal(await page.$('.rnn-on'), null, 'it started far from the screen');
        const pieces = await page.evaluate(async figure => {
          const element = document.querySelector(`rnn-${figure}`), tasks = [];
          let task = 0;
          for (const piece of element.pieces) {
            const draw = element[piece];
            element[piece] = function () {
              tasks.push(task);
              draw.call(this);
            };
          }
          const count = new MessageChannel();
          element.scrollIntoView({block: 'center'});
          while (tasks.length < element.pieces.length) {
            await new Promise(done => { count.port1.onmessage = done; count.port2.postMessage(0); });
            task += 1;
          }
          return tasks;
        }, figure);
        assert.equal(new Set(pieces).size, pieces.length, `pieces in tasks ${pieces}`);
        if (name === 'chromium') {
          const shift = await page.evaluate(() => new Promise(done => {
            new PerformanceObserver(list => done(list.getEntries().map(entry => entry.value)))
              .observe({type: 'layout-shift', buffered: true});
            setTimeout(() => done([]), 300);
          }));
          assert.deepEqual(shift.filter(value => value > 0.001), [], 'layout shifts');
        }
        await page.close();
      }
    });

  test(`${figure}: on a phone, control and picture fit the screen`, async browser => {
    const page = await open(browser, server.url + CHAPTERS[figure][0], {width: 390, height: 844});
    const room = () => page.$eval(`rnn-${figure} figure > :not(figcaption, :has(~ .rnn-live), ` +
      '.rnn-live ~ *)', part => part.getBoundingClientRect().height);
    const before = await room();
    await page.$eval(`rnn-${figure}`, element => element.scrollIntoView());
    await page.waitForSelector('.rnn-drawn');
    assert.ok(await room() <= 670, `${await room()} px high`);
    assert.ok(Math.abs(await room() - before) <= 1, `room of ${before} px for ${await room()}`);
    await page.close();
  });

  test(`${figure}: draws little, and once a frame however often it is asked`, async browser => {
    const page = await show(browser, figure);
    await shown(page);
    const [draws, elements] = await page.$eval(`rnn-${figure}`, async element => {
      let draws = 0;
      const draw = element.draw;
      element.draw = function () { draws += 1; draw.call(this); };
      for (let i = 0; i < 10; i++) element.redraw();
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return [draws, element.querySelectorAll('*').length];
    });
    assert.equal(draws, 1);
    assert.ok(elements < 500, `${elements} elements`);
  });
}

test('fit: training gives the page back after eight milliseconds', async browser => {
  const page = await show(browser, 'fit');
  const slices = await page.evaluate(async () => {
    const figure = document.querySelector('rnn-fit'), {net} = figure, epoch = net.epoch;
    const now = performance.now, slices = [];
    let clock = 0, count = 0;
    performance.now = () => clock;
    net.epoch = function (...parts) { // an epoch that takes three milliseconds, on any machine
      [clock, count] = [clock + 3, count + 1];
      return epoch.apply(net, parts);
    };
    const frame = () => { slices.push(count); count = 0; };
    figure.run(12);
    frame();
    while (figure.running) {
      await new Promise(requestAnimationFrame);
      frame();
    }
    performance.now = now;
    return slices;
  });
  assert.ok(Math.max(...slices) <= 3, `epochs between two frames: ${slices}`);
  assert.equal(slices.reduce((sum, n) => sum + n), 12);
});

for (const reducedMotion of [true, false]) {
  test(`fit: with${reducedMotion ? '' : 'out'} reduced motion asked for`, async browser => {
    const page = await show(browser, 'fit');
    const draws = await page.evaluate(async () => {
      const figure = document.querySelector('rnn-fit'), draw = figure.draw;
      let draws = 0;
      figure.draw = function () { draws += 1; draw.call(this); };
      const button = [...figure.querySelectorAll('button')].find(b => b.textContent === 'Train');
      button.click();
      while (figure.running && figure.history.length < 200) {
        await new Promise(requestAnimationFrame);
      }
      if (figure.running) await new Promise(done => setTimeout(done, 300));
      await new Promise(requestAnimationFrame);
      return draws;
    });
    if (reducedMotion) assert.ok(draws <= 2, `${draws} drawings of a still figure`);
    else assert.ok(draws > 5, `${draws} drawings of a moving figure`);
  }, {reducedMotion});
}

test('forecast: scores and ranges are those of the chapter', async browser => {
  const page = await show(browser, 'forecast');
  // RMSE at the horizons 1, 2, 5 and 11, as in the chapter's first table.
  const wanted = {persistence: [30, 54, 91, 32], seasonal: [34, 35, 35, 32], drift: [31, 54, 92, 33],
    AR: [17, 24, 27, 30], 'root AR': [15, 23, 27, 30]};
  const found = await page.$eval('rnn-forecast', (figure, names) => Object.fromEntries(
    names.map(name => [name, [1, 2, 5, 11].map(h => Math.round(figure.scoreOf(name, h)))])),
  Object.keys(wanted));
  assert.deepEqual(found, wanted);
  const [gru, mase, held] = await page.$eval('rnn-forecast', figure =>
    [figure.scoreOf('GRU', 1), figure.scoreOf('root AR', 1, 'MASE'), figure.held(1)]);
  assert.ok(gru > 12 && gru < 15, gru);
  assert.ok(Math.abs(mase - 0.69) < 0.02, mase);
  assert.ok(held[1] === 49 && held[0] > 30, held);
});

test('forecast: an origin without a truth says so', async browser => {
  const page = await show(browser, 'forecast');
  const words = () => page.$eval('.rnn-live p:not(.rnn-status)', part => part.textContent);
  assert.match(await words(), /root AR, 1984: \d+, range \d+ to \d+\. Measured 46: .*held \d+ of 45\./);
  await page.$eval('rnn-forecast', figure => {
    figure.origin = 2007;
    figure.horizon = 11;
    figure.compute();
  });
  await shown(page);
  assert.match(await words(), /2018: .*Not measured yet in this series\..* of 39\./);
  quiet(page);
});
