// <rnn-attention>: names and their digits are read pair by pair, and after each pair one name is
// asked for. A state of fixed size and attention answer side by side; below, what each must keep.
// Nothing is trained: names are random keys, digits are one-hot values.
import {random} from './rnn.mjs';
import {Figure, clamp, define, html, label, legend, line, plot, slim, svg} from './figure.mjs';

const [LONGEST, DIGITS, SHARP] = [32, 10, 20];
const SIZES = [4, 8, 16, 32];

/** A sequence: for each step the key of its name, its digit, and the pair that is asked for. */
export function sequence(seed, size) {
  const uniform = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  // Digits and questions first: they are the same for every size of the keys.
  const steps = Array.from({length: LONGEST}, (_, t) =>
    ({digit: Math.floor(DIGITS * uniform()), ask: Math.floor((t + 1) * uniform())}));
  for (const step of steps) {
    const raw = Array.from({length: size}, normal), length = Math.hypot(...raw);
    step.key = raw.map(number => number / length);
  }
  return steps;
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const largest = values => values.indexOf(Math.max(...values));

/** Both networks over a sequence: at each step the state, the weights, and the two answers. */
export function run(steps, delta) {
  let state = steps[0].key.map(() => Array(DIGITS).fill(0));
  const read = (key, matrix) => matrix[0].map((_, j) => dot(key, matrix.map(row => row[j])));
  return steps.map(({key, digit, ask}, t) => {
    const held = delta ? read(key, state) : Array(DIGITS).fill(0);
    state = state.map((row, i) => row.map((value, j) =>
      value + key[i] * ((j === digit ? 1 : 0) - held[j])));
    const wanted = steps[ask].key;
    const scores = steps.slice(0, t + 1).map(each => Math.exp(SHARP * (dot(wanted, each.key) - 1)));
    const total = scores.reduce((sum, value) => sum + value);
    const look = scores.map(value => value / total), sums = Array(DIGITS).fill(0);
    look.forEach((weight, j) => { sums[steps[j].digit] += weight; });
    return {state, look, byState: largest(read(wanted, state)), byLook: largest(sums),
      right: steps[ask].digit};
  });
}

/** A name for a pair: a to z, then A to F. */
const name = t => String.fromCharCode(t < 26 ? 97 + t : 39 + t);

class Attention extends Figure {
  heading = 'A state of fixed size, and attention, over one sequence';
  pieces = ['drawBoth', 'drawCost', 'drawWords'];

  build() {
    Object.assign(this, {now: 20, seed: 1, size: 8, rule: 'add'});
    this.both = this.picture();
    this.cost = this.picture();
    this.told = html('p');
    this.score = html('p');
    const size = this.choice('numbers in a key', SIZES, this.size,
      this.change('size', this.compute));
    const rule = this.choice('writing', [['add', 'add'], ['delta', 'delta rule']], this.rule,
      this.change('rule', this.compute));
    this.step = this.slider('pairs read', {min: 1, max: LONGEST, value: this.now,
      spoken: () => this.describe()}, this.change('now', this.redraw));
    this.live.append(
      this.row(size, rule, this.button('another', () => {
        this.seed += 1;
        this.compute();
      })),
      this.row(this.step, this.button('− 1', () => this.go(this.now - 1)),
        this.button('+ 1', () => this.go(this.now + 1)),
        this.button('end', () => this.go(LONGEST))),
      this.told, this.both, this.score, this.cost, this.status);
    this.scrub(this.cost, x => this.go(Math.round(1
      + (x - this.frame.left) / (this.frame.right - this.frame.left) * (LONGEST - 1))));
    this.compute();
  }

  compute() {
    this.steps = sequence(this.seed, this.size);
    this.runs = run(this.steps, this.rule === 'delta');
    this.go(this.now);
  }

  go(now) {
    this.now = clamp(now, 1, LONGEST);
    this.step.set(this.now);
    this.redraw();
  }

  /** How many of the questions so far each has answered right: [state, attention]. */
  get hits() {
    const past = this.runs.slice(0, this.now);
    return ['byState', 'byLook'].map(by => past.filter(each => each[by] === each.right).length);
  }

  describe() {
    if (!this.runs) return '';
    const {ask} = this.steps[this.now - 1], {byState, byLook, right} = this.runs[this.now - 1];
    return `${this.now} pairs; asked for ${name(ask)}, which is ${right}: the state says ${
      byState}, attention ${byLook}`;
  }

  drawBoth() {
    const {now, size, steps, runs} = this, width = this.both.wide(), top = 26;
    const side = Math.min(slim() ? 190 : 224, width * 0.54);
    const room = Math.min(width - side - 24, slim() ? 130 : 200), {state} = runs[now - 1];
    const gap = Math.max(14, (width - side - room) / 3);
    const left = width - side - Math.max(2, gap - 12);
    const start = Math.max(3, left - room - gap);
    // Squares of equal strength are one path each: 0, 0.2 … 1 of the largest number.
    const cells = (values, [x, y], [w, h], most, role) => {
      const shades = {};
      values.forEach((row, i) => row.forEach((value, j) => {
        const key = Math.sign(value) * Math.min(5, Math.round(5 * Math.abs(value) / most));
        if (key) {
          (shades[key] ??= []).push(`M${(x + j * w).toFixed(1)},${(y + i * h).toFixed(1)}h${
            w.toFixed(1)}v${h.toFixed(1)}h${(-w).toFixed(1)}z`);
        }
      }));
      return Object.entries(shades).map(([key, parts]) => svg('path', {d: parts.join(''),
        class: `rnn-dot ${key > 0 ? role : 'rnn-in'}`, opacity: Math.abs(key) / 5}));
    };
    const frame = (x, y, w, h) => svg('rect', {class: 'rnn-cell', x, y, width: w, height: h});
    const [w, h] = [room / DIGITS, side / size], cell = side / LONGEST;
    const {ask} = steps[now - 1], {byState, right} = runs[now - 1];
    const parts = [
      label(start, 13, `state: ${size} × ${DIGITS}`, {class: 'rnn-title'}),
      label(left, 13, 'attention: a row each step', {class: 'rnn-title'}),
      frame(start, top, room, side),
      ...cells(state, [start, top], [w, h], 1, 'rnn-st'),
      ...Array.from({length: DIGITS}, (_, j) =>
        label(start + (j + 0.5) * w, top + side + 14, String(j), {style: 'font-size: 11px'})),
      label(start + room / 2, top + side + 30,
        slim() ? 'framed: answer' : 'digit (framed: the answer)'),
      svg('rect', {class: 'rnn-mark', x: start + byState * w, y: top - 2, width: w,
        height: side + 20, rx: 3}),
      // The triangle that the mask leaves.
      svg('path', {class: 'rnn-cell', d: `M${left},${top}${Array.from({length: LONGEST}, () =>
        `h${cell.toFixed(2)}v${cell.toFixed(2)}`).join('')}H${left}z`}),
      ...cells(runs.slice(0, now).map(each => each.look), [left, top], [cell, cell], 1, 'rnn-st'),
      svg('rect', {class: 'rnn-mark', x: left - 1, y: top + (now - 1) * cell - 1,
        width: now * cell + 2, height: cell + 2, rx: 2}),
      label(left + (ask + 0.5) * cell, top + side + 14, name(ask), {style: 'font-size: 11px'}),
      label(left + side / 2, top + side + 30, 'pair looked at')];
    if (byState !== right) {
      parts.push(svg('rect', {class: 'rnn-refused', x: start + byState * w, y: top - 2, width: w,
        height: side + 20, rx: 3}));
    }
    this.both.show(top + side + 36, `${this.describe()}. A state of ${size} by ${DIGITS} numbers; `
      + `attention over ${now} pairs.`, parts);
  }

  drawCost() {
    const width = this.cost.wide(), {size, now} = this, each = size + DIGITS;
    const kept = t => [size * DIGITS, each * t];
    const most = Math.max(kept(LONGEST)[1], kept(1)[0]);
    const frame = this.frame = plot({width, height: 130, x: [1, LONGEST], y: [0, most],
      xTicks: [1, 8, 16, 24, 32], yTicks: [0, Math.round(most / 2), most],
      title: 'numbers kept, against the pairs read'});
    const {X, Y, top, bottom, left} = frame;
    const curve = (i, role) => line(Array.from({length: LONGEST}, (_, t) =>
      [X(t + 1), Y(kept(t + 1)[i])]), {class: `rnn-curve ${role}`});
    this.cost.show(130, `Numbers kept after ${now} pairs: the state ${kept(now)[0]}, attention ${
      kept(now)[1]}.`, [...frame.frame, curve(0, 'rnn-st'), curve(1, 'rnn-out'),
      svg('line', {class: 'rnn-mark rnn-dash', x1: X(now), x2: X(now), y1: top, y2: bottom}),
      ...legend(left + 10, top + 8, [['state', 'st'], ['attention', 'out']])]);
  }

  drawWords() {
    const {now, size, steps} = this, {digit, ask} = steps[now - 1];
    const {byState, byLook, right} = this.runs[now - 1], [state, look] = this.hits;
    const verdict = said => `${said}${said === right ? '' : ' (wrong)'}`;
    this.told.textContent = `Reads ${name(now - 1)} = ${digit}. Asked for ${name(ask)} (= ${right
    }): the state says ${verdict(byState)}, attention ${verdict(byLook)}.`;
    this.score.textContent = `Right so far, of ${now}: state ${state}, attention ${look}. `
      + `Products for this step: state ${(this.rule === 'delta' ? 3 : 2) * size * DIGITS
      }, attention ${now * (size + DIGITS)}.`;
  }
}

define('rnn-attention', Attention);
