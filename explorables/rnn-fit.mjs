// <rnn-fit>: train the chapter's sin·cos network in the page, beside the baselines it has to beat.
import {Adam, Dense, GRU, Network, SimpleRNN, random, shuffled} from './rnn.mjs';
import {Figure, arrow, box, clamp, define, fixed, html, label, legend, line, plot, short, slim,
  state, svg, vector} from './figure.mjs';
import {manyToOne, windowOrder} from './weights.mjs';

const SAMPLES = 100, HELD_BACK = 0.2, ROUND = 500, MOST = 20 * ROUND;
const TASKS = {
  both: {step: 10 / 99, read: t => [Math.sin(t), Math.cos(t)], ticks: [0, 5, 10]},
  sin: {step: 1.5, read: t => [Math.sin(t)], ticks: [0, 50, 100]},
};
const truth = t => Math.sin(t) * Math.cos(t);
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Windows of a series, the target at the time after each, and where the held-back part begins. */
export function series(task, length) {
  const {step, read} = TASKS[task], count = SAMPLES - length;
  const times = Array.from({length: SAMPLES}, (_, i) => i * step);
  const xs = Array.from({length: count}, (_, i) => times.slice(i, i + length).map(read));
  const targets = times.slice(length).map(t => [truth(t)]);
  const split = Math.floor(count * (1 - HELD_BACK));
  return {xs, targets, times: times.slice(length), split, step,
    train: [xs.slice(0, split), targets.slice(0, split)],
    held: [xs.slice(split), targets.slice(split)]};
}

/** Mean squared errors, on the held-back windows, of three forecasts that need no network. */
export function baselines({times, split, step, train}) {
  const error = forecast => mean(times.slice(split).map(t => (forecast(t) - truth(t)) ** 2));
  const usual = mean(train[1].flat());
  return [
    ['training mean', error(() => usual)],
    ['persistence', error(t => truth(t - step))],
    ['extrapolation', error(t => 2 * truth(t - step) - truth(t - 2 * step))],
  ];
}

class Fit extends Figure {
  heading = 'Train the network in this page';
  pieces = ['drawForecast', 'drawLosses', 'drawNetwork', 'drawWords'];

  build() {
    Object.assign(this, {task: 'both', length: 2, units: 3, cell: 'SimpleRNN', rate: 1e-3, seed: 0,
      index: 20});
    const change = name => this.change(name, this.reset);
    this.trainButton = this.button('Train', () => this.toggle());
    this.forecast = this.picture();
    this.losses = this.picture();
    this.network = this.picture();
    this.readout = html('p');
    this.table = html('table');
    this.weights = html('pre', {tabindex: 0, 'aria-label': 'weights'});
    // What is folded is not drawn. A search in the page unfolds it too, without a click.
    const toggle = () => this.live.matches('.rnn-drawn') && this.redraw();
    this.details = html('details', {toggle}, html('summary', {}, 'All weights'), this.weights);
    this.sample = this.slider('window shown', {min: 1, max: 98, value: 1,
      spoken: () => this.describe(this.index)}, i => this.show(i - 1));
    // On a phone the second half, one window at a time, is folded.
    this.inside = html('details', {open: !slim() && '', toggle},
      html('summary', {}, 'Inside the network, and its rivals'), this.row(this.sample),
      html('div', {class: 'rnn-grid2'}, this.network, html('div', {}, this.readout, this.table)),
      this.details);
    this.live.append(
      this.row(this.trainButton, this.button('1 epoch', () => this.run(1)),
        this.button(`${ROUND} epochs`, () => this.run(ROUND)),
        this.button('Reset', () => this.reset())),
      this.row(
        this.choice('task', [['both', 'sin and cos, Δ = 0.10'], ['sin', 'sin alone, Δ = 1.5']],
          this.task, change('task')),
        this.choice('window', [1, 2, 3, 5, 8].map(n => [n, `${n} step${n > 1 ? 's' : ''}`]),
          this.length, change('length')),
      ), this.row(
        this.choice('cell', ['SimpleRNN', 'GRU'], this.cell, change('cell')),
        this.number('units', {value: 3, min: 1, max: 8, whole: true}, change('units')),
        this.number('learning rate', {value: 1e-3, min: 1e-6, max: 1e3}, rate => {
          this.rate = this.adam.learningRate = rate;
          this.redraw();
        }),
        this.number('seed', {value: 0, min: 0, max: 99999, whole: true}, change('seed'))),
      this.status,
      html('div', {class: 'rnn-grid2'}, this.forecast, this.losses),
      this.inside);
    this.scrub(this.forecast, x => {
      const {left, right} = this.frame, {length} = this.data.xs;
      const i = Math.round((x - left) / (right - left) * (SAMPLES - 1)) - this.length;
      this.show(clamp(i, 0, length - 1));
    });
    this.reset();
  }

  /** A new network from the seed; seed 0 and the chapter's shape give the chapter's weights. */
  reset() {
    this.stop();
    const {task, length, units, cell, rate, seed} = this;
    this.data = series(task, length);
    this.rivals = baselines(this.data);
    const features = this.data.xs[0][0].length;
    this.stacked = cell === 'SimpleRNN';
    this.net = new Network(this.stacked
      ? [new SimpleRNN(features, units), new SimpleRNN(units, 1)]
      : [new GRU(features, units), new Dense(units, 1)]).initialise(seed);
    this.fromKeras = seed === 0 && this.stacked && units === 3 && features === 2;
    if (this.fromKeras) this.net.setWeights(manyToOne);
    // The chapter's training takes its windows in one order, drawn once, in every epoch.
    this.order = this.fromKeras && length === 2 ? windowOrder : undefined;
    this.adam = new Adam(rate);
    this.uniform = random(seed);
    this.history = [['train', 'held'].map(part => this.net.loss(...this.data[part]))];
    this.say('');
    this.show(Math.min(this.index, this.data.xs.length - 1));
  }

  /** Losses in training and on what is held back, now; and the epochs so far. */
  get now() { return this.history.at(-1); }
  get epochs() { return this.history.length - 1; }

  // ---- training, in slices of one frame so that the page stays free
  toggle() {
    if (this.running) {
      this.stop();
      this.say(`Paused after ${this.epochs} epochs.`);
    } else if (this.still) this.run(ROUND); // and show the end alone
    else this.run(MOST, 5);
  }

  stop() {
    this.running = false;
    this.sample.set(this.index + 1); // what it says has changed
    this.trainButton.textContent = 'Train';
  }

  /** Train for so many epochs, at most perFrame of them and 8 ms a frame. */
  run(epochs, perFrame = Infinity) {
    this.stop();
    const round = this.running = {};
    if (epochs > 1) this.trainButton.textContent = 'Pause';
    this.say('');
    const slice = () => {
      if (this.running !== round || !this.isConnected) return;
      const end = performance.now() + 8;
      for (let n = 0; n < perFrame && epochs > 0 && performance.now() < end; n++, epochs--) {
        const order = this.order ?? shuffled(this.data.split, this.uniform);
        const loss = this.net.epoch(...this.data.train, this.adam, order);
        this.history.push([loss, this.net.loss(...this.data.held)]);
        if (this.diverged) epochs = 0;
      }
      if (epochs > 0) requestAnimationFrame(slice);
      else this.finish();
      if (!this.still || !this.running) this.redraw();
    };
    slice();
  }

  /** The loss is no number, or has grown well above that of a constant forecast. */
  get diverged() {
    const limit = Math.max(1.5 * this.history[0][0], 3 * this.rivals[0][1]);
    return this.epochs > 4 && !(this.now[0] < limit);
  }

  finish() {
    this.stop();
    const [train, held] = this.now.map(loss => short(loss, 2));
    this.say(this.diverged
      ? `Training has diverged after ${this.epochs} epochs, to a loss of ${train}: reset, and `
        + 'choose a smaller learning rate.'
      : `Epoch ${this.epochs}: loss ${train}, held back ${held}.`);
  }

  // ---- what is shown
  show(i) {
    this.index = i;
    this.sample.set(i + 1, this.data.xs.length);
    this.redraw();
  }

  describe(i) {
    if (!this.net) return '';
    const {xs, targets, times, split} = this.data;
    return `Window ${i + 1} of ${xs.length}${i < split ? '' : ', held back'}: predicts ${
      fixed(this.net.predict(xs[i])[0])} at t = ${fixed(times[i], 2)}, the truth is ${
      fixed(targets[i][0])}`;
  }

  drawForecast() {
    const {xs, targets, times, split, step} = this.data, now = this.index;
    const width = this.forecast.wide(), height = slim() ? 165 : 230;
    const {X, Y, left, top, right, bottom, frame} = this.frame = plot({
      width, height, x: [0, step * (SAMPLES - 1)], y: [-0.65, 0.95],
      title: 'prediction and truth', xTicks: TASKS[this.task].ticks,
      yTicks: [-0.5, 0, 0.5]});
    const start = X(times[split] - step / 2);
    const points = values => values.map(([value], i) => [X(times[i]), Y(value)]);
    const predicted = points(xs.map(x => this.net.predict(x)));
    // Samples far apart are dots: lines without length, with round ends.
    const trace = (values, look) => step < 1 ? line(values, {class: `rnn-curve ${look}`})
      : svg('path', {class: `rnn-curve rnn-dots ${look}`,
        d: values.map(point => `M${point}h0`).join('')});
    this.forecast.show(height, `Prediction and truth. ${this.describe(now)}.`, [
      svg('rect', {class: 'rnn-held', x: start, y: top, width: right - start,
        height: bottom - top}),
      ...frame,
      label(right, top - 11, 'held back', {class: 'rnn-end'}),
      ...legend(left + 6, top + 4, [['truth', ''], ['prediction', 'out']]),
      trace(points(targets), step < 1 ? '' : 'rnn-large'),
      trace(predicted, 'rnn-out rnn-bold'),
      line([[X(times[now]), Y(0.6)], [X(times[now]), bottom]], {class: 'rnn-mark rnn-dash'}),
      svg('circle', {class: 'rnn-node rnn-out', r: 5, cx: X(times[now]), cy: predicted[now][1]}),
    ]);
  }

  drawLosses() {
    const {history, epochs} = this, last = Math.ceil((epochs || 1) / ROUND) * ROUND;
    const width = this.losses.wide(), height = slim() ? 175 : 230;
    const {X, Y, left, right, bottom, frame} = plot({width, height, log: true,
      x: [0, last], y: [1e-5, 2], title: 'mean squared error against epochs',
      xTicks: [0, last / 2, last], yTicks: [1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5]});
    const every = Math.ceil(history.length / 400);
    const curve = which => history.map((losses, i) => [X(i), Y(losses[which])])
      .filter((_, i) => i % every === 0 || i === epochs);
    const [train, held] = this.now.map(short);
    this.losses.show(height,
      `Losses after ${epochs} epochs: training ${train}, held back ${held}.`, [
        ...frame,
        ...this.rivals.flatMap(([name, loss]) => [
          line([[left, Y(loss)], [right, Y(loss)]], {class: 'rnn-mark rnn-dash'}),
          label(right, Y(loss) + 13, name, {class: 'rnn-end'})]),
        ...legend(left + 8, bottom - 22, [['training', ''], ['held back', 'out']]),
        line(curve(0)),
        line(curve(1), {class: 'rnn-curve rnn-out rnn-bold'}),
      ]);
  }

  /** The unrolled network at one window: filling shows a state, width and dashes show a weight. */
  drawNetwork() {
    if (!this.inside.open) return;
    const {net, length: steps, units, stacked} = this, x = this.data.xs[this.index];
    const y = net.forward(x), h = net.layers[0].h, features = x[0].length;
    const width = this.network.wide(), column = (width - 16) / steps;
    const down = Math.min(34, 116 / Math.max(1, units - 1));
    const across = Math.min(down, column * 0.42 / Math.max(1, units - 1));
    const r = clamp(Math.min(column / 5, Math.hypot(down, across) * 0.42), 4, 17);
    const readout = 18, second = 72, upper = stacked ? 132 : 86;
    const lower = upper + down * (units - 1), bottom = lower + 64, height = bottom + 18;
    const span = across * (units - 1);
    const left = t => 8 + column * (t + 0.5) - span / 2;
    // Units step to the right and down, inputs stand at the left end, outputs at the right end: so
    // no edge runs over a node or along another edge.
    const unit = (t, j) => [left(t) + across * j, upper + down * j];
    const above = t => [left(t) + span, second];
    const input = (t, i) =>
      [Math.max(left(t), 44) + (i - (features - 1) / 2) * Math.min(46, column * 0.5), bottom];
    const {W, U} = net.layers[0], {W: W2, U: U2} = net.layers[1];
    // In a GRU, W and U have three blocks of columns; drawn is the last, that of the candidate.
    const block = stacked ? 0 : 2 * units;
    const edges = [], nodes = [];
    const edge = ([x1, y1], [x2, y2], weight, role, flat = 0) => edges.push(svg('path', {
      class: `rnn-edge rnn-${role} ${weight < 0 ? 'rnn-minus' : ''}`,
      'stroke-width': clamp(0.4 + 1.8 * Math.abs(weight), 0.4, 5),
      'stroke-opacity': clamp(0.25 + 0.5 * Math.abs(weight), 0.25, 0.9),
      d: `M${x1},${y1}C${x1 + flat},${y1} ${x2 - flat},${y2} ${x2},${y2}`}));
    const digits = value => r < 14 ? '' : fixed(value, 1);
    for (let t = 0; t < steps; t++) {
      const last = t === steps - 1;
      for (let j = 0; j < units; j++) {
        for (let i = 0; i < features; i++) edge(input(t, i), unit(t, j), W[i][block + j], 'in');
        for (let k = 0; k < units && !last; k++) {
          edge(unit(t, j), unit(t + 1, k), U[j][block + k], 'st', column * 0.45);
        }
        if (stacked) edge(unit(t, j), above(t), W2[j][0], 'in');
        else if (last) edge(unit(t, j), [left(t) + span, readout], W2[j][0], 'out');
        nodes.push(...state(unit(t, j), r, h[t][j], digits(h[t][j])));
      }
      const wide = clamp(column / 2.3, 10, 42);
      for (let i = 0; i < features; i++) {
        nodes.push(...box('in', input(t, i), wide, 24, wide > 34 ? fixed(x[t][i], 2) : ''));
      }
      if (stacked) {
        if (!last) edge(above(t), above(t + 1), U2[0][0], 'st', column * 0.45);
        nodes.push(...state(above(t), r, y[t][0], digits(y[t][0])));
      }
    }
    const [end] = above(steps - 1);
    if (stacked) nodes.push(arrow([end, second - r - 2], [end, readout + 16], {class: 'rnn-out'}));
    nodes.push(...box('out', [end, readout], 52, 26, fixed(y.at(-1)[0], 2)));
    this.network.show(height, `The network unrolled over ${steps} steps. States: ${
      h.map((ht, t) => `step ${t + 1} ${vector(ht)}`).join('; ')}. Output ${fixed(y.at(-1)[0])}.`,
    [...edges, ...nodes]);
  }

  drawWords() {
    if (!this.inside.open) return;
    const {net, cell, units, epochs, stacked} = this, [train, held] = this.now;
    this.readout.textContent = `${cell}(${units}) → ${stacked ? 'SimpleRNN' : 'Dense'}(1), ${
      net.count} parameters${this.fromKeras && !epochs ? ', the weights of the chapter' : ''}. `
      + `Adam at ${this.rate}. Epoch ${epochs}, training loss ${short(train, 2)}. ${
        this.describe(this.index)}.`;
    const row = (name, loss, verdict) => html('tr', {}, html('th', {scope: 'row'}, name),
      html('td', {}, short(loss, 2)), html('td', {}, verdict));
    this.table.replaceChildren(html('caption', {}, 'Mean squared error on what is held back'),
      row('this network', held, ''),
      ...this.rivals.map(([name, loss]) => row(name, loss, held < loss ? 'worse' : 'better')));
    if (!this.details.open) return;
    this.weights.textContent = net.layers.flatMap((layer, i) => ['W', 'U', 'b'].flatMap(name =>
      layer[name].map(row => `${name}${i + 1} ${vector(row, 3)}`))).join('\n');
  }
}

define('rnn-fit', Fit);
