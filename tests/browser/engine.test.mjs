// The recurrence, run in a real browser as the site serves it, is the one of Keras; and these
// checks can fail.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, test as plain} from 'node:test';
import {SITE, fixture} from './fixture.mjs';
import {open, serve, test} from './harness.mjs';

const ROOT = new URL('../../', import.meta.url);
const read = path => readFileSync(new URL(path, ROOT), 'utf8');
const reference = JSON.parse(read('tests/browser/reference.json'));
const server = await serve(SITE, {pages: {'fit.html': fixture('fit')}});
after(() => server.close());

/**
 * Largest differences from Keras in predictions and gradients, and of the gradients from central
 * differences. Runs in the page, so it may use nothing from outside. address: of another module
 * than the one that the page has loaded.
 */
async function differences({simpleRNN, gru, lstm}, address) {
  const {Dense, GRU, LSTM, Network, SimpleRNN} = address ? await import(address) : globalThis.rnn;
  const stacks = [
    [simpleRNN, [new SimpleRNN(2, 3), new SimpleRNN(3, 1)]],
    [gru, [new GRU(2, 3), new Dense(3, 1)]],
    [lstm, [new LSTM(2, 3), new Dense(3, 1)]],
  ];
  return stacks.map(([{weights, x, y, prediction, gradients}, layers]) => {
    const net = new Network(layers).setWeights(weights);
    const apart = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
    const forward = apart(x.map(sequence => net.predict(sequence)[0]), prediction.flat());
    x.forEach((sequence, i) => net.backward(sequence, y[i], 1 / x.length));
    const found = layers.flatMap(layer => [...layer.gradients]);
    const numeric = layers.flatMap(({parameters}) => Array.from(parameters, (value, i) => {
      const [above, below] = [1e-5, -1e-5].map(step => {
        parameters[i] = value + step;
        return net.loss(x, y);
      });
      parameters[i] = value;
      return (above - below) / 2e-5;
    }));
    return {forward, keras: apart(found, gradients.flat(Infinity)), numeric: apart(found, numeric)};
  });
}

/** The chapter's fit with its windows in order: its loss curve. */
function fit() {
  const {Adam, Network, SimpleRNN, manyToOne} = globalThis.rnn;
  const {xs, split, train} = document.querySelector('rnn-fit').data;
  const net = new Network([new SimpleRNN(2, 3), new SimpleRNN(3, 1)]).setWeights(manyToOne);
  const adam = new Adam(1e-3);
  const curve = Array.from({length: 500}, () => net.epoch(...train, adam));
  return {curve, windows: xs.length, split};
}

/** Largest difference from Keras in the states and answers of the trained cells of <rnn-gates>. */
function cells({keepLSTM, keepGRU}) {
  const {Dense, GRU, LSTM, Network, ...stored} = globalThis.rnn;
  const apart = [];
  for (const [layer, name, {x, states, answers}] of [
    [new LSTM(2, 1), 'keepLSTM', keepLSTM], [new GRU(2, 1), 'keepGRU', keepGRU]]) {
    const net = new Network([layer, new Dense(1, 1)]).setWeights(stored[name]);
    const y = net.forward(x);
    y.forEach(([yt], t) => apart.push(Math.abs(yt - answers[t][0]),
      Math.abs(layer.h[t][0] - states[t][0]),
      name === 'keepLSTM' ? Math.abs(layer.steps[t].c[0] - states[t][1]) : 0));
    // Gates set by hand are gates whose weights are zero and whose biases say the same.
    const gates = name === 'keepLSTM' ? {i: 0.3, f: 0.9, o: 0.6} : {z: 0.9, r: 0.4};
    const other = new layer.constructor(2, 1), logit = p => Math.log(p / (1 - p));
    other.parameters.set(layer.parameters);
    Object.entries(gates).forEach(([gate, value]) => {
      const j = (name === 'keepLSTM' ? 'ifgo' : 'zrg').indexOf(gate);
      for (const row of [...other.W, ...other.U, ...other.b]) row[j] = 0;
      other.b[0][j] = logit(value);
    });
    layer.hand = x.map(() => gates);
    other.forward(x).forEach(([ht], t) => { other.h[t] = ht; });
    layer.forward(x).forEach(([ht], t) => apart.push(Math.abs(ht - other.h[t])));
  }
  return {worst: Math.max(...apart), count: apart.length};
}

const page = `${server.url}fit.html`;

test('forward and gradients agree with Keras and with central differences', async browser => {
  const result = await (await open(browser, page))
    .evaluate(differences, reference);
  for (const {forward, keras, numeric} of result) {
    assert.ok(forward <= 1e-6, `forward differs by ${forward}`);
    assert.ok(keras <= 1e-6, `gradients differ from Keras by ${keras}`);
    assert.ok(numeric <= 1e-8, `gradients differ from central differences by ${numeric}`);
  }
});

test('the trained cells hold what they hold in Keras, and gates set by hand do too',
  async browser => {
    const {worst, count} = await (await open(browser, page)).evaluate(cells, reference);
    assert.equal(count, 480);
    assert.ok(worst <= 1e-6, `a state differs by ${worst}`);
  });

test('500 epochs follow the loss curve of Keras', async browser => {
  const tab = await open(browser, page);
  await tab.waitForSelector('.rnn-drawn');
  const result = await tab.evaluate(fit);
  assert.equal(result.windows, 98);
  assert.equal(result.split, 78);
  assert.equal(result.curve.length, reference.curve.length);
  const worst = Math.max(...result.curve.map((loss, i) => Math.abs(loss / reference.curve[i] - 1)));
  assert.ok(worst <= 1e-4, `the curve differs by ${worst}`);
});

// A check that cannot fail proves nothing: each of these faults must be seen.
const FAULTS = {
  'a wrong sign in a gradient': ['da[j] *= 1 - h[j] ** 2', 'da[j] *= h[j] ** 2 - 1', 'numeric'],
  'a recurrent kernel transposed':
    ['addProduct(a, h, this.U)', 'addTransposed(a, h, this.U)', 'forward'],
  'the gradient from the next step forgotten':
    ['add(dh, above[t]);\n', 'dh.set(above[t]);\n', 'numeric'],
  'the gates of the GRU in another order':
    ['z[j] = hand.z ?? sigmoid(a[j] + s[j])', 'z[j] = sigmoid(a[n + j] + s[n + j])', 'forward'],
  'the gates of the LSTM in another order':
    ['i[j] = hand.i ?? sigmoid(a[j])', 'i[j] = sigmoid(a[n + j])', 'forward'],
  'the gradient of the cell state forgotten':
    ['this.dc[j] = dc * f[j];', 'this.dc[j] = 0;', 'numeric'],
};
for (const [fault, [right, wrong, seen]] of Object.entries(FAULTS)) {
  plain(`is seen: ${fault}`, async () => {
    const source = read('explorables/rnn.mjs');
    assert.ok(source.includes(right), `rnn.mjs no longer says: ${right}`);
    const address = `data:text/javascript,${encodeURIComponent(source.replace(right, wrong))}`;
    const result = await differences(reference, address);
    assert.ok(result.some(found => found[seen] > 1e-3), JSON.stringify(result));
  });
}
