// The recurrence, run in a real browser as the site serves it, is the one of Keras; and these
// checks can fail.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test as plain} from 'node:test';
import {FAULTS} from './cases/engine.mjs';
import {fixture} from './fixture.mjs';
import {ROOT, SITE, open, serve, test} from './harness.mjs';

const read = path => readFileSync(join(ROOT, path), 'utf8');
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

/** In the page: the chapter's fit with its windows in order: its loss curve. */
function fit() {
  const {Adam, Network, SimpleRNN, manyToOne} = globalThis.rnn;
  const {xs, split, train} = document.querySelector('rnn-fit').data;
  const net = new Network([new SimpleRNN(2, 3), new SimpleRNN(3, 1)]).setWeights(manyToOne);
  const adam = new Adam(1e-3);
  const curve = Array.from({length: 500}, () => net.epoch(...train, adam));
  return {curve, windows: xs.length, split};
}

/** In the page: how far the trained cells of <rnn-gates> are from Keras in states and answers, and
    from cells whose weights are zero and whose biases set the same gates as a hand does. */
function cells({keepLSTM, keepGRU}) {
  const {Dense, GRU, LSTM, Network, ...stored} = globalThis.rnn, logit = p => Math.log(p / (1 - p));
  const apart = [];
  for (const [layer, weights, {x, states, answers}, order, gates] of [
    [new LSTM(2, 1), stored.keepLSTM, keepLSTM, 'ifgo', {i: 0.3, f: 0.9, o: 0.6}],
    [new GRU(2, 1), stored.keepGRU, keepGRU, 'zrg', {z: 0.9, r: 0.4}]]) {
    const net = new Network([layer, new Dense(1, 1)]).setWeights(weights);
    net.forward(x).forEach(([y], t) => apart.push(y - answers[t][0], layer.h[t][0] - states[t][0],
      layer instanceof LSTM ? layer.steps[t].c[0] - states[t][1] : 0));
    const other = new layer.constructor(2, 1);
    other.parameters.set(layer.parameters);
    for (const [gate, value] of Object.entries(gates)) {
      const j = order.indexOf(gate);
      for (const row of [...other.W, ...other.U, ...other.b]) row[j] = 0;
      other.b[0][j] = logit(value);
    }
    layer.hand = x.map(() => gates);
    const wanted = [...other.forward(x)].map(([h]) => h);
    layer.forward(x).forEach(([h], t) => apart.push(h - wanted[t]));
  }
  return {worst: Math.max(...apart.map(Math.abs)), count: apart.length};
}

test('cells, gradients and a whole training are those of Keras', async browser => {
  const page = await open(browser, `${server.url}fit.html`);
  await page.waitForSelector('.rnn-drawn');
  for (const {forward, keras, numeric} of await page.evaluate(differences, reference)) {
    assert.ok(forward <= 1e-6, `forward differs by ${forward}`);
    assert.ok(keras <= 1e-6, `gradients differ from Keras by ${keras}`);
    assert.ok(numeric <= 1e-8, `gradients differ from central differences by ${numeric}`);
  }
  const {worst, count} = await page.evaluate(cells, reference);
  assert.equal(count, 480);
  assert.ok(worst <= 1e-6, `a state differs by ${worst}`);
  const {curve, windows, split} = await page.evaluate(fit);
  assert.deepEqual([windows, split, curve.length], [98, 78, reference.curve.length]);
  const apart = curve.map((loss, i) => Math.abs(loss / reference.curve[i] - 1));
  assert.ok(Math.max(...apart) <= 1e-4, `the curve differs by ${Math.max(...apart)}`);
});

for (const [fault, [right, wrong, seen]] of Object.entries(FAULTS)) {
  plain(`is seen: ${fault}`, async () => {
    const source = read('explorables/rnn.mjs');
    assert.ok(source.includes(right), `rnn.mjs no longer says: ${right}`);
    const address = `data:text/javascript,${encodeURIComponent(source.replace(right, wrong))}`;
    const result = await differences(reference, address);
    assert.ok(result.some(found => found[seen] > 1e-3), JSON.stringify(result));
  });
}
