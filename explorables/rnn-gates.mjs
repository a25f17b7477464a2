// <rnn-gates>: one unit of an LSTM or GRU, trained to keep the number at the last mark. Its weights
// set the gates, or the reader does, from a step on; its states follow, and what is left of an
// old input.
import {Dense, GRU, LSTM, Network, random} from './rnn.mjs';
import {Figure, clamp, define, fixed, html, label, legend, line, math, plot, short, slim,
  svg} from './figure.mjs';
import {keepGRU, keepLSTM} from './weights.mjs';

const STEPS = 40;
// By cell: the gates, the one that keeps the state first. take: of a GRU, that gate's other side.
const CELLS = {
  LSTM: {
    make: () => [new LSTM(2, 1), keepLSTM],
    gates: {f: 'f, forget', i: 'i, input', o: 'o, output'},
    presets: [['keep', {f: 0, i: 1}, {f: 1, i: 0}], ['leak', {f: 0, i: 1}, {f: 0.9, i: 0}]],
  },
  GRU: {
    make: () => [new GRU(2, 1), keepGRU],
    gates: {z: 'z, update', take: '1 − z', r: 'r, reset'},
    presets: [['keep', {z: 0}, {z: 1}], ['leak', {z: 0}, {z: 0.9}]],
  },
};

class Gates extends Figure {
  heading = 'One cell and its gates';
  pieces = ['drawPresets', 'drawLanes', 'drawWords'];

  build() {
    Object.assign(this, {now: 4, cell: 'LSTM'});
    const uniform = random(11);
    this.x = Array.from({length: STEPS}, (_, t) => [
      {4: 0.8, 24: -0.6}[t] ?? Math.round(20 * uniform()) / 10 - 1, t === 4 || t === 24 ? 1 : 0]);
    this.presets = ['trained', 'keep', 'leak'].map(name =>
      this.button(name, () => this.take(name)));
    const which = this.choice('cell', Object.keys(CELLS), 'LSTM', cell => {
      this.cell = cell;
      this.buildGates();
      this.take(this.preset ?? 'trained');
    });
    which.classList.add('rnn-bare');
    this.levers = html('div', {class: 'rnn-bar'});
    this.lanes = this.picture();
    this.sum = html('p');
    this.left = html('p');
    this.step = this.slider('time step', {min: 1, max: STEPS, value: this.now + 1,
      spoken: step => this.describe(step - 1)}, step => this.go(step - 1));
    const send = (text, value) => this.button(text, () => {
      this.x[this.now][0] = value;
      this.compute();
    });
    this.mark = this.button('mark', () => {
      this.x[this.now][1] = 1 - this.x[this.now][1];
      this.compute();
    });
    this.live.append(html('div', {class: 'rnn-bars'}, this.row(...this.presets, which)),
      this.levers,
      this.row(this.step, send('x +1', 1), send('x −1', -1), send('x 0', 0), this.mark),
      this.status, this.lanes, this.sum, this.left);
    this.scrub(this.lanes, x => {
      const {left, right} = this.frame;
      this.go(clamp(Math.round((x - left) / (right - left) * (STEPS - 1)), 0, STEPS - 1));
    });
    this.buildGates();
    this.take('trained');
  }

  /** A slider for every gate of the cell. */
  buildGates() {
    const {make, gates} = CELLS[this.cell], [layer, weights] = make();
    this.layer = layer;
    this.net = new Network([layer, new Dense(1, 1)]).setWeights(weights);
    this.sliders = Object.fromEntries(Object.entries(gates).map(([key, text]) =>
      [key, this.slider(text, {min: 0, max: 1, step: 0.01, value: 0, typed: true,
        spoken: value => `${fixed(value, 2)} from step ${this.now + 1} on`},
      value => this.set(key, value))]));
    this.levers.replaceChildren(...Object.values(this.sliders));
  }

  /** Let the weights run, or write the input at this step into the state, then keep it or not. */
  take(name) {
    this.preset = name;
    const [, here, then] = CELLS[this.cell].presets.find(([each]) => each === name) ?? [];
    this.hand = this.x.map((_, t) => !here || t < this.now ? {} : t > this.now ? then : here);
    this.compute();
  }

  /** Set a gate by hand, from this step on. */
  set(key, value) {
    if (key === 'take') [key, value] = ['z', 1 - value];
    this.preset = undefined;
    this.hand = this.hand.map((gates, t) => t < this.now ? gates : {...gates, [key]: value});
    this.compute();
  }

  go(t) {
    this.now = t;
    this.compute();
  }

  compute() {
    const {layer, net, x, now, hand} = this, keeps = Object.keys(CELLS[this.cell].gates)[0];
    layer.hand = hand;
    this.y = net.forward(x).map(([yt]) => yt);
    this.h = layer.h.map(([ht]) => ht);
    this.gates = layer.steps.map(step =>
      Object.fromEntries(Object.entries(step).map(([key, values]) => [key, values[0]])));
    if (this.cell === 'GRU') for (const step of this.gates) step.take = 1 - step.z;
    // What a step adds to the state is multiplied by the gate that keeps, at every step after it.
    let share = 1;
    this.share = this.gates.map((step, t) => t > now ? share *= step[keeps] : 1);
    for (const [key, slider] of Object.entries(this.sliders)) slider.set(this.gates[now][key]);
    this.step.set(now + 1);
    this.redraw();
  }

  describe(t) {
    if (!this.h) return '';
    const c = this.cell === 'LSTM' ? `c ${fixed(this.gates[t].c, 2)}, ` : '';
    const [value, mark] = this.x[t];
    return `step ${t + 1}: input ${fixed(value, 1)}${mark ? ', marked' : ''}, ${c}h ${
      fixed(this.h[t], 2)}`;
  }

  drawPresets() {
    for (const button of this.presets) {
      button.setAttribute('aria-pressed', button.textContent === this.preset);
    }
    this.mark.setAttribute('aria-pressed', this.x[this.now][1] === 1);
  }

  drawLanes() {
    const {h, x, now, gates, share, hand, cell} = this, width = this.lanes.wide();
    const names = Object.keys(CELLS[cell].gates).filter(key => key !== 'take');
    const [high, part, bar] = slim() ? [92, 28, 14] : [160, 44, 22];
    const c = gates.map(step => step.c), lstm = cell === 'LSTM';
    const most = Math.max(...(lstm ? c : h).map(Math.abs));
    const edge = [0.5, 1, 2, 5, 10, 20].find(value => value >= most) ?? 50;
    const {X, Y, left, right, bottom, frame} = this.frame = plot({width, height: high + 24,
      x: [0, STEPS - 1], y: [-1.1 * edge, 1.1 * edge], xTicks: [],
      yTicks: [-edge, 0, edge], title: !lstm ? 'hidden state h' : slim() ? 'states'
        : 'cell state c, hidden state h'});
    const wide = (right - left) / (STEPS - 1) * 0.8;
    const at = (value, t) => [X(t), Y(value)];
    // Every lane stands on its foot; a bar is as high as its value.
    const bars = (values, foot, height, attributes) => svg('path', {...attributes,
      d: values.map((value, t) => value === undefined ? '' : `M${(X(t) - wide / 2).toFixed(1)},${
        foot}v${(-Math.max(0.6, value * height)).toFixed(1)}h${wide.toFixed(1)}V${foot}`).join('')});
    const shares = bottom + 20 + part, first = shares + 5 + bar;
    const foot = k => first + k * (bar + 4), low = foot(2) + 16 + bar / 2;
    const height = low + bar / 2 + 24, size = bar * 0.7;
    this.lanes.show(height, `One ${cell} cell over ${STEPS} steps. ${this.describe(now)}.`, [
      ...frame,
      svg('rect', {class: 'rnn-held', x: X(now) - wide / 2, width: right - X(now) + wide, y: 24,
        height: height - 44}),
      ...(lstm ? [line(c.map(at), {class: 'rnn-curve rnn-st'})] : []),
      line(h.map(at), {class: 'rnn-curve rnn-st', 'stroke-dasharray': lstm && '4 3'}),
      ...(lstm ? legend(right - 100, 10, [['c', 'st', {}]]) : []),
      ...(lstm ? legend(right - 50, 10, [['h', 'st', {'stroke-dasharray': '4 3'}]]) : []),
      svg('circle', {class: 'rnn-node rnn-st', cx: X(now), cy: Y(lstm ? c[now] : h[now]), r: 5}),
      label(left, shares - part - 6, `share of step ${now + 1} that is left`, {class: 'rnn-title'}),
      bars(share.map((value, t) => t < now ? undefined : value), shares, part,
        {class: 'rnn-grad rnn-dot'}),
      label(left - 6, shares - part + 8, '1', {class: 'rnn-end'}),
      ...names.flatMap((key, k) => [
        label(left - 14, foot(k) - 3, math(key)),
        line([[left, foot(k)], [right, foot(k)]], {class: 'rnn-grid'}),
        bars(gates.map((step, t) => hand[t]?.[key] === undefined ? step[key] : undefined),
          foot(k), bar, {class: 'rnn-gate'}),
        bars(gates.map((step, t) => hand[t]?.[key] === undefined ? undefined : step[key]),
          foot(k), bar, {class: 'rnn-gate rnn-byhand'})]),
      label(left - 14, low + 4, math('x')),
      line([[left, low], [right, low]], {class: 'rnn-grid'}),
      svg('g', {class: 'rnn-in'},
        svg('path', {class: 'rnn-curve', d: x.map(([value], t) =>
          `M${X(t)},${low}v${-value * size}`).join('')}),
        ...x.flatMap(([value, mark], t) => mark ? [svg('path', {class: 'rnn-dot',
          d: `M${X(t)},${low + size + 3}l-5,8h10z`}), svg('circle', {class: 'rnn-dot', cx: X(t),
          cy: low - value * size, r: 4})] : [])),
      line([[X(now), 24], [X(now), height - 20]], {class: 'rnn-mark rnn-dash'}),
      ...[1, 10, 20, 30, 40].map(step => label(X(step - 1), height - 2, step)),
    ]);
  }

  drawWords() {
    const {h, now, gates, share, cell, y} = this, step = gates[now], lstm = cell === 'LSTM';
    const before = now ? lstm ? gates[now - 1].c : h[now - 1] : 0, two = value => fixed(value, 2);
    const part = value => value < 0 ? `(${two(value)})` : two(value);
    this.sum.textContent = lstm
      ? `c = f c + i g = ${two(step.f)} × ${part(before)} + ${two(step.i)} × ${part(step.g)} = ${
        two(step.c)}; h = o tanh c = ${two(step.o)} × ${part(Math.tanh(step.c))} = ${two(h[now])}.`
      : `h = z h + (1 − z) g = ${two(step.z)} × ${part(before)} + ${two(step.take)} × ${
        part(step.c)} = ${two(h[now])}.`;
    const written = lstm ? step.i * step.g : step.take * step.c, left = 100 * share.at(-1);
    const marked = this.x.findLast(([, mark]) => mark);
    this.left.textContent = `Step ${now + 1} adds ${two(written)} to ${
      lstm ? 'c' : 'h'}; the gates leave ${left < 1 ? short(left) : Math.round(left)} % of it at step ${
      STEPS}. Answer there: ${two(y.at(-1))} (at the last mark: ${marked ? two(marked[0]) : 'none'}).`;
  }
}

define('rnn-gates', Gates);
