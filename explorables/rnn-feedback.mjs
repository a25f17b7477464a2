// <rnn-feedback>: one unit that feeds itself, h_t = tanh(w h_{t−1} + u x_t + b), over time and as
// a cobweb; <rnn-feedback brief>: over time alone, with w to move.
import {SimpleRNN} from './rnn.mjs';
import {Figure, clamp, define, factor, fixed, html, label, legend, line, math, plot, short, slim,
  svg} from './figure.mjs';

const STEPS = 40;
const PRESETS = {
  forget: {w: 0.5, u: 3, b: 0},
  'hold a bit': {w: 2, u: 3, b: 0},
  oscillate: {w: -2, u: 3, b: 0},
  'critical point': {w: 1, u: 3, b: 0},
};

/** Where h = tanh(w h + b): every change of sign on a fine grid, and the slope of the map there. */
export function fixedPoints(w, b) {
  const excess = h => Math.tanh(w * h + b) - h, cell = 2 / 2001;
  return Array.from({length: 2001}, (_, i) => -1 + i * cell)
    .filter(h => excess(h) * excess(h + cell) <= 0)
    .map(h => h + cell * excess(h) / (excess(h) - excess(h + cell)))
    .map(h => ({h, slope: w * (1 - h * h)}));
}

class Feedback extends Figure {
  heading = 'One unit with feedback';
  pieces = ['drawPresets', 'drawTrace', 'drawCobweb', 'drawWords'];

  build() {
    this.now = 9;
    this.brief = this.hasAttribute('brief');
    this.values = {...PRESETS[this.brief ? 'hold a bit' : 'forget']};
    this.x = Array.from({length: STEPS}, (_, t) => ({3: 1, 22: -1})[t] ?? 0);
    this.unit = new SimpleRNN(1, 1);
    this.presets = Object.keys(PRESETS).map(name => this.button(name, () => {
      for (const [key, value] of Object.entries(PRESETS[name])) this.sliders[key].set(value);
      this.set(PRESETS[name]);
    }));
    const slider = (key, text) => this.slider(text, {min: -4, max: 4, step: 0.05, typed: true,
      value: this.values[key], spoken: value => short(value)}, value => this.set({[key]: value}));
    this.sliders = {w: slider('w', 'w, feedback'), u: slider('u', 'u, input'),
      b: slider('b', 'b, bias')};
    this.trace = this.picture();
    this.cobweb = this.picture();
    this.sum = html('p');
    this.rest = html('p');
    this.step = this.slider('time step', {min: 1, max: STEPS, value: this.now + 1,
      spoken: step => this.describe(step - 1)}, step => this.go(step - 1));
    const pulse = (text, size) => this.button(text, () => {
      this.x[this.now] = size;
      this.set({});
    });
    this.live.append(
      html('div', {class: this.brief && 'rnn-bars'}, this.row(...this.presets),
        this.bar(...Object.values(this.sliders).slice(0, this.brief ? 1 : 3))),
      html('div', {class: 'rnn-grid2'}, this.trace, ...(this.brief ? [] : [this.cobweb])),
      this.row(this.step, pulse('+ pulse', 1), pulse('− pulse', -1), pulse('none', 0)),
      this.sum, ...(this.brief ? [] : [this.rest]), this.status);
    this.scrub(this.trace, x => {
      const {left, right} = this.frame;
      const t = clamp(Math.round((x - left) / (right - left) * (STEPS - 1)), 0, STEPS - 1);
      this.go(t);
      this.step.set(t + 1);
    });
    this.set({});
  }

  set(values) {
    const {w, u, b} = Object.assign(this.values, values);
    this.unit.parameters.set([u, w, b]);
    this.h = this.unit.forward(this.x.map(xt => [xt])).map(([ht]) => ht);
    this.points = fixedPoints(w, b);
    this.step.set(this.now + 1); // what it says has changed
    this.redraw();
  }

  go(t) {
    this.now = t;
    this.redraw();
  }

  describe(t) {
    return this.h ? `step ${t + 1}: input ${this.x[t]}, state ${fixed(this.h[t])}` : '';
  }

  drawPresets() {
    const {w, u, b} = this.values;
    this.presets.forEach(button => {
      const preset = PRESETS[button.textContent];
      button.setAttribute('aria-pressed', preset.w === w && preset.u === u && preset.b === b);
    });
  }

  drawTrace() {
    const {h, x, now} = this, width = this.trace.wide(), size = slim() ? 14 : 22;
    const height = slim() ? 142 : this.brief ? 190 : 280, low = height - 55 + size / 2;
    const {X, Y, frame} = this.frame = plot({width, height: low - size + 11, x: [0, STEPS - 1], y: [-1.1, 1.1],
      title: 'state h at every step', xTicks: [], yTicks: [-1, 0, 1]});
    const stem = (t, from, to) => [line([[X(t), from], [X(t), to]]),
      svg('circle', {class: 'rnn-dot', cx: X(t), cy: to, r: 3})];
    this.trace.show(height, `State over ${STEPS} steps. ${this.describe(now)}.`, [
      ...frame,
      line([[X(now), 24], [X(now), low + 26]], {class: 'rnn-mark rnn-dash'}),
      label(34, low + 4, math('x'), {class: 'rnn-end'}),
      line([[X(0), low], [X(STEPS - 1), low]], {class: 'rnn-grid'}),
      svg('g', {class: 'rnn-st'}, ...h.flatMap((ht, t) => stem(t, Y(0), Y(ht)))),
      svg('g', {class: 'rnn-in'}, ...x.flatMap((xt, t) => stem(t, low, low - size * xt))),
      svg('circle', {class: 'rnn-node rnn-st', cx: X(now), cy: Y(h[now]), r: 6}),
      svg('circle', {class: 'rnn-node rnn-in', cx: X(now), cy: low - size * x[now], r: 5}),
      ...[1, 10, 20, 30, 40].map(step => label(X(step - 1), height - 6, step)),
    ]);
  }

  drawCobweb() {
    if (this.brief) return;
    const {h, x, now, points} = this, {w, u, b} = this.values, width = this.cobweb.wide();
    const height = slim() ? 152 : 280;
    const {X, Y, right, bottom, frame} = plot({width, height, x: [-1.1, 1.1],
      y: [-1.1, 1.1], title: 'next state against state', xTicks: [-1, 0, 1], yTicks: [-1, 0, 1]});
    const grid = Array.from({length: 111}, (_, i) => -1.1 + i * 0.02);
    const pulse = {class: 'rnn-curve rnn-in', 'stroke-dasharray': '5 4'};
    const map = (input, attributes) => line(
      grid.map(from => [X(from), Y(Math.tanh(w * from + u * input + b))]), attributes);
    const web = h.slice(0, now + 1).map((next, t) => [t ? h[t - 1] : 0, next]).slice(-12);
    const inputs = [...new Set(x)].filter(xt => xt !== 0);
    this.cobweb.show(height, 'Cobweb: how the next state follows from the state.', [
      ...frame,
      line([[X(-1.1), Y(-1.1)], [X(1.1), Y(1.1)]], {class: 'rnn-grid'}),
      ...inputs.map(input => map(input, pulse)),
      map(0, {class: 'rnn-curve rnn-st'}),
      ...web.map(([from, to], i) => line([[X(from), Y(from)], [X(from), Y(to)], [X(to), Y(to)]],
        {class: `rnn-mark ${i < web.length - 1 ? 'rnn-faint' : 'rnn-bold'}`})),
      ...points.map(({h: point, slope}) => svg('circle', {cx: X(point), cy: Y(point), r: 5,
        class: `rnn-st ${Math.abs(slope) < 1 ? 'rnn-dot' : 'rnn-node'}`})),
      ...legend(right - 90, bottom - (slim() ? 42 : 70), [['no input', 'st'], ['a pulse', 'in', pulse]]),
    ]);
  }

  drawWords() {
    const {h, x, now, points} = this, {w, u, b} = this.values, last = x.findLastIndex(Boolean);
    this.sum.textContent = `Step ${now + 1}: h = tanh(w h + u x + b) = tanh(${factor(w)} × ${
      factor(now ? h[now - 1] : 0)} + ${factor(u)} × ${factor(x[now])} + ${factor(b)}) = ${
      short(h[now])}.`;
    const list = points.map(({h: point, slope}) =>
      `${fixed(point)}${Math.abs(slope) > 1 ? ' (unstable)' : ''}`);
    this.rest.textContent = `Fixed points without input: ${list.join(', ')}. ${
      last < 0 ? 'Without a pulse' : `${STEPS - 1 - last} steps after the last pulse`}, h = ${
      short(h.at(-1))}.`;
  }
}

define('rnn-feedback', Feedback);
