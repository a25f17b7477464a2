// <rnn-unrolled>: a layer of three units unrolled over time; its sums on the way forward, the
// δ_t = ∂L/∂a_t of every step on the way back.
import {SimpleRNN} from './rnn.mjs';
import {Figure, arrow, box, clamp, define, factor, html, label, math, plot, short, slim, state,
  svg,   vector} from './figure.mjs';
import {manyToOne} from './weights.mjs';

const length = values => Math.hypot(...values);

class Unrolled extends Figure {
  heading = 'A layer unrolled over time';
  pieces = ['drawChain', 'write'];

  build() {
    Object.assign(this, {steps: 10, scale: 1, activation: 'tanh', position: 1});
    this.chain = this.picture();
    this.numbers = html('pre', {tabindex: 0, 'aria-label': 'the numbers at this step'});
    this.words = html('p');
    this.time = this.slider('forward, then backward', {min: 1, max: 20, value: 1,
      spoken: () => this.describe()}, this.change('position', this.redraw));
    const change = name => this.change(name, this.compute);
    this.live.append(
      html('div', {class: 'rnn-bars'}, this.row(
        this.slider('time steps', {min: 2, max: 24, value: this.steps}, change('steps')),
        this.choice('activation', ['tanh', 'linear'], this.activation, change('activation'))),
      this.bar(this.slider('U, times', {min: 0, max: 3, step: 0.05, value: 1, typed: true,
        spoken: value => short(value)}, change('scale')))),
      this.row(this.time, this.button('− 1', () => this.move(-1)),
        this.button('+ 1', () => this.move(1))),
      this.status, this.chain, this.words, this.numbers);
    this.scrub(this.chain, x => {
      const step = clamp(Math.ceil((x - 40) / this.column), 1, this.steps);
      this.move((this.back ? 2 * this.steps + 1 - step : step) - this.position);
    });
    this.compute();
  }

  move(by) {
    this.position = clamp(this.position + by, 1, 2 * this.steps);
    this.time.set(this.position);
    this.redraw();
  }

  get back() { return this.position > this.steps; }

  /** The time step, from 1, that the slider stands at. */
  get step() { return this.back ? 2 * this.steps + 1 - this.position : this.position; }

  compute() {
    const [W, U, b] = manyToOne;
    const layer = this.layer = new SimpleRNN(2, 3);
    layer.activation = this.activation;
    layer.parameters.set([W, U.map(row => row.map(value => value * this.scale)), b].flat(Infinity));
    const x = Array.from({length: this.steps}, (_, t) => t * 10 / 99)
      .map(t => [Math.sin(t), Math.cos(t)]);
    layer.forward(x);
    // L is the sum of the last state, so that ∂L/∂h is one for each of its units.
    layer.backward(x.map((_, t) => [0, 0, 0].fill(t === x.length - 1 ? 1 : 0)));
    this.sizes = layer.da.map(length);
    this.position = Math.min(this.position, 2 * this.steps);
    this.time.set(this.position, 2 * this.steps);
    this.redraw();
  }

  describe() {
    const {step, steps, back, layer} = this;
    if (!layer) return '';
    return back
      ? `backward, at step ${step} of ${steps}: δ of length ${short(this.sizes[step - 1])}`
      : `forward, step ${step} of ${steps}: state ${vector(layer.h[step - 1])}`;
  }

  drawChain() {
    const {steps, step, back, layer, sizes} = this, width = this.chain.wide();
    // Middles of the states and the inputs, top and bottom of the plot.
    const [row, low, top, height] = slim() ? [68, 114, 132, 264] : [80, 142, 172, 352];
    // The bars stand on the size of δ at the last step: up it grows, down it shrinks.
    const shares = sizes.map(size => size / sizes.at(-1));
    const most = Math.max(...shares.map(share => Math.abs(Math.log10(share)))
      .filter(Number.isFinite));
    const decades = [1, 2, 4, 8, 16].find(n => n >= most) ?? 16, edge = 10 ** decades;
    const {X: at, Y, left, right, frame} = plot({width, height: height - top, log: true, x: [0, steps],
      y: [1 / edge, edge], title: 'size of δ, divided by that at the last step', xTicks: [],
      yTicks: [1 / edge, 1, edge]});
    const X = t => at(t + 0.5), column = this.column = (right - left) / steps;
    const r = clamp(column * 0.34, 3.5, 20), over = row - r - 3;
    const bars = svg('g', {transform: `translate(0 ${top})`}, ...frame);
    const parts = [bars, label(8, row + 4, math('h')), label(8, low + 4, math('x'))];
    for (let t = 0; t < steps; t++) {
      parts.push(svg('g', {class: back || t < step ? '' : 'rnn-dim'},
        arrow([X(t), low - 12], [X(t), row + r + 2], {class: 'rnn-in'}),
        ...box('in', [X(t), low], Math.min(column * 0.8, 40), 24),
        ...(t ? [arrow([X(t - 1) + r, row], [X(t) - r - 2, row], {class: 'rnn-st'})] : []),
        ...state([X(t), row], r, -1),
        svg('g', {class: 'rnn-st'}, ...Array.from(layer.h[t], (value, j) => {
          const size = clamp(value, -1, 1) * r * 0.72;
          return svg('rect', {class: 'rnn-dot', x: X(t) + r * (j / 2 - 0.67), width: r / 3,
            y: row - Math.max(0, size), height: Math.max(0.5, Math.abs(size))});
        }))));
      if (back && t >= step - 1) {
        const y = Y(shares[t]);
        bars.append(svg('rect', {class: 'rnn-grad rnn-dot', x: X(t) - column * 0.3,
          width: column * 0.6, y: Math.min(y, Y(1)), height: Math.max(2, Math.abs(y - Y(1)))}));
        if (t < steps - 1) {
          parts.push(arrow([X(t + 1) - r * 0.6, over], [X(t) + r * 0.6, over],
            {class: 'rnn-grad rnn-back'}, [[X(t + 0.7), over - 15], [X(t + 0.3), over - 15]]));
          if (column > 40) {
            bars.append(label(X(t), Y(1) + (y < Y(1) ? 16 : -6),
              `×${short(sizes[t] / sizes[t + 1])}`));
          }
        }
      }
      if (column > 14 || t % 4 === 3) parts.push(label(X(t), height - 6, t + 1));
    }
    parts.push(svg('rect', {class: 'rnn-mark rnn-dash', rx: 6, x: X(step - 1) - column / 2,
      y: 32, width: column, height: low - 14}),
    arrow([X(steps - 1), row - r], [X(steps - 1), 30]),
    svg('rect', {class: 'rnn-plain', x: X(steps - 1) - 14, y: 2, width: 28, height: 26}),
    label(X(steps - 1), 20, math('L')));
    if (!back) bars.append(label(left + 8, Y(1) - 8, 'appears on the way back', {class: 'rnn-title'}));
    this.chain.show(height, `A chain of ${steps} steps. ${this.describe()}.`, parts);
  }

  /** The numbers of the step that the slider stands at. */
  write() {
    const {steps, step, back, layer, sizes} = this, t = step - 1;
    const f = this.activation === 'tanh' ? 'tanh' : '';
    const before = t ? layer.h[t - 1] : [0, 0, 0];
    const since = sizes[t] / sizes.at(-1);
    this.words.textContent = !back
      ? `Forward, step ${step} of ${steps}: each unit adds up input, state before and bias.`
      : `Backward, at step ${step} of ${steps}: δ has the length ${short(sizes[t])}${
        step === steps ? ', where the loss L is read off, the sum of the last state.'
        : `, × ${short(sizes[t] / sizes[step])} from step ${step + 1}. Since step ${steps}: × ${
          short(since)}, that is × ${short(since ** (1 / (steps - step)))} a step.`}`;
    const product = ([a, b]) => `${factor(a)}·${factor(b)}`;
    this.numbers.textContent = Array.from(back ? layer.da[t] : layer.h[t], (value, j) => {
      const sum = (!back
        ? [...layer.x[t].map((xi, i) => [xi, layer.W[i][j]]),
          ...Array.from(before, (hi, i) => [hi, layer.U[i][j]])]
        : step < steps ? Array.from(layer.da[step], (next, k) => [next, layer.U[j][k]]) : [[1, 1]])
        .map(product).join(' + ');
      return `unit ${j + 1}: ${back ? 'δ' : 'h'} = ${short(value)} = ${back ? '' : f}(${sum})${
        back && f ? `·${short(1 - layer.h[t][j] ** 2)}` : ''}`;
    }).join('\n');
  }
}

define('rnn-unrolled', Unrolled);
