// <rnn-sampler>: a trained network writes, one token after the other. Seen are the probabilities of
// the next one, as the temperature and a cut leave them, and which of them the random number hits.
import {GRU, random} from './rnn.mjs';
import {Figure, clamp, define, fixed, html, label, slim, svg} from './figure.mjs';
import {sampler} from './sampler-weights.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SIZES = {words: [8, 24], characters: [12, 40]};
const STARTS = {words: 'the electrons near the muon', characters: 'alice '};
const [MOST, SHOWN, TAIL, LONGEST] = [150, 10, 150, 60];
const named = token => token === ' ' ? 'space' : token;

/** The tokens of a text. */
export const split = (kind, text) => kind === 'words' ? text.split(/\s+/).filter(Boolean) : [...text];

/** What is typed, as tokens; or a sentence about what is wrong with it. */
export function read(kind, text) {
  const clean = text.toLowerCase().replace(/[‘’]/g, "'")
    .replace(/(^|\s)"/g, '$1“').replaceAll('"', '”').replaceAll('.', kind === 'words' ? ' . ' : '.');
  const tokens = split(kind, clean), other = tokens.find(t => !sampler[kind].tokens.includes(t));
  if (!clean.trim()) return {wrong: 'Nothing is typed'};
  if (other) return {wrong: `The network does not know “${other.slice(0, 20)}”`};
  if (tokens.length > LONGEST) {
    return {wrong: `These are ${tokens.length} ${kind}: give at most ${LONGEST}`};
  }
  return {tokens};
}

/** Probabilities of logits at a temperature; all but the likeliest few are zero, if keep is given. */
export function chances(logits, heat = 1, keep = logits.length) {
  const most = Math.max(...logits), least = [...logits].sort((a, b) => b - a)[keep - 1];
  const powers = logits.map(z => z < least ? 0 : Math.exp((z - most) / heat));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(power => power / sum);
}

/** The place in a list of probabilities on which a number from 0 to 1 falls. */
export function hit(p, u) {
  let sum = 0;
  const at = p.findIndex(value => (sum += value) > u);
  return at < 0 ? p.indexOf(Math.max(...p)) : at; // the sum may round to less than one
}

/** A network of tokens: embedding, GRU, readout. */
export class Model {
  constructor(kind) {
    const {tokens, factors, letters} = sampler[kind], [numbers, units] = SIZES[kind];
    const size = tokens.length, rows = (flat, length) =>
      Array.from({length: flat.length / length}, (_, i) => flat.slice(i * length, (i + 1) * length));
    const sizes = [size * numbers, numbers * 3 * units, units * 3 * units, 6 * units, units * size,
      size];
    let from = 0;
    const arrays = sizes.map((length, k) => [...letters.slice(from, from += length)]
      .map(letter => (ALPHABET.indexOf(letter) - 32) * factors[k]));
    this.gru = new GRU(numbers, units);
    this.gru.parameters.set(arrays.slice(1, 4).flat());
    [this.tokens, this.units] = [tokens, units];
    [this.embedding, this.kernel, this.bias] = [rows(arrays[0], numbers), rows(arrays[4], size), arrays[5]];
  }

  /** The state after one more token. */
  step(h, token) {
    this.gru.steps = [];
    return this.gru.step(this.embedding[this.tokens.indexOf(token)], h);
  }

  logits(h) {
    return this.bias.map((value, j) =>
      this.kernel.reduce((sum, row, i) => sum + h[i] * row[j], value));
  }

  /** What follows a start: so many tokens, the bits of each at temperature 1, and what is next. */
  write(start, count, {seed, heat, keep}) {
    const uniform = random(seed), written = [], bits = [];
    let h = start.reduce((state, token) => this.step(state, token), new Float64Array(this.units));
    for (;;) {
      const logits = this.logits(h), plain = chances(logits), p = chances(logits, heat, keep);
      const u = uniform(), next = hit(p, u);
      if (written.length === count) return {written, bits, logits, plain, p, u, next};
      written.push(this.tokens[next]);
      bits.push(-Math.log2(plain[next]));
      h = this.step(h, this.tokens[next]);
    }
  }
}

class Sampler extends Figure {
  heading = 'A network that writes';
  pieces = ['drawBars', 'drawText'];

  build() {
    Object.assign(this, {kind: 'words', heat: 1, keep: '0', seed: 0, count: 0, models: {},
      start: split('words', STARTS.words)});
    this.image = this.picture();
    [this.text, this.told] = [html('p', {class: 'rnn-text'}), html('p')];
    const id = 'rnn-sampler-start';
    this.field = html('input', {id, type: 'text', autocomplete: 'off', autocapitalize: 'none',
      spellcheck: 'false', change: () => this.type(this.field.value)});
    const field = this.control('beginning', id, this.field);
    field.classList.add('rnn-words');
    this.warmth = this.slider('temperature', {min: 0.1, max: 2, step: 0.1, value: this.heat,
      spoken: () => this.describe()}, this.change('heat', this.compute));
    this.live.append(
      this.row(this.choice('network of', ['words', 'characters'], this.kind, kind => {
        Object.assign(this, {kind, count: 0, start: split(kind, STARTS[kind])});
        this.compute();
      }), this.choice('keep', [['0', 'all'], ['1', 'likeliest'], ['3', 'top 3'], ['5', 'top 5']],
        this.keep, keep => {
          this.keep = keep;
          this.compute();
        }),
      this.number('seed', {value: this.seed, min: 0, max: 9999, whole: true},
        this.change('seed', this.compute))),
      html('div', {class: 'rnn-bars'}, this.row(field), this.row(this.warmth)),
      this.row(this.button('write 1', () => this.more(1)), this.button('write 10', () => this.more(10)),
        this.button('back 1', () => this.more(-1)), this.button('clear', () => this.more(-MOST))),
      this.text, this.image, this.told, this.status);
    this.compute();
  }

  type(text) {
    const {tokens, wrong} = read(this.kind, text);
    if (wrong) {
      this.say(`${wrong}. It stays “${this.beginning.trim()}”.`);
      this.field.value = this.beginning;
      return;
    }
    this.say('');
    [this.start, this.count] = [tokens, 0];
    this.compute();
  }

  more(count) {
    this.count = clamp(this.count + count, 0, MOST);
    this.compute();
  }

  get beginning() { return this.start.join(this.kind === 'words' ? ' ' : ''); }

  compute() {
    const {kind, seed, heat} = this;
    this.models[kind] ??= new Model(kind);
    this.tokens = this.models[kind].tokens;
    Object.assign(this, this.models[kind].write(this.start, this.count,
      {seed, heat, keep: Number(this.keep) || this.tokens.length}));
    this.field.value = this.beginning;
    this.warmth.set(heat);
    this.redraw();
  }

  /** The likeliest tokens, from the likeliest on. */
  get best() {
    return [...this.plain.keys()].sort((i, j) => this.plain[j] - this.plain[i]).slice(0, SHOWN);
  }

  describe() {
    if (!this.p) return '';
    const [first] = this.best;
    return `temperature ${this.heat}: after ${this.written.length} written, ${
      named(this.tokens[first])} has probability ${fixed(this.p[first], 2)}`;
  }

  drawBars() {
    const {tokens, p, plain, next} = this, width = this.image.wide(), row = slim() ? 20 : 21;
    const left = this.kind === 'words' ? 86 : 48, right = width - 44, top = 24;
    const X = value => left + value * (right - left);
    const best = this.best;
    if (!best.includes(next)) best[SHOWN - 1] = next; // what is drawn is always seen
    const parts = [label(left, 13, slim() ? 'next token (thin: temperature 1)'
      : 'probability of the next token (thin line: at temperature 1, nothing cut)',
    {class: 'rnn-title'})];
    best.forEach((token, i) => {
      const y = top + i * row, drawn = token === next;
      parts.push(
        label(left - 8, y + row / 2 + 4, named(tokens[token]), {class: 'rnn-end'}),
        svg('rect', {class: 'rnn-node rnn-out', x: left, y: y + 2, height: row - 4, rx: 2,
          width: Math.max(0.5, X(p[token]) - left)}),
        svg('line', {class: 'rnn-curve', x1: X(plain[token]), x2: X(plain[token]), y1: y + 2,
          y2: y + row - 2}),
        label(Math.max(X(p[token]), X(plain[token])) + 6, y + row / 2 + 4, fixed(p[token], 2),
          {class: 'rnn-left'}));
      if (drawn) parts.push(svg('rect', {class: 'rnn-mark rnn-dash', x: 0.5, y: y + 0.5, rx: 4,
        width: width - 1, height: row - 1}));
    });
    this.image.show(top + SHOWN * row + 4, `${this.describe()}. Drawn next: ${
      named(tokens[next])}, with probability ${fixed(p[next], 2)}.`, parts);
  }

  drawText() {
    const {kind, written, bits, tokens, next, u, p} = this;
    const all = [...this.start, ...written].join(kind === 'words' ? ' ' : '');
    this.text.textContent = all.length > TAIL ? `… ${all.slice(-TAIL)}` : all;
    const mean = bits.reduce((a, b) => a + b, 0) / bits.length;
    this.told.textContent = `Next: the random number ${fixed(u, 2)} falls on “${
      named(tokens[next])}” (${fixed(p[next], 2)}). ${written.length
      ? `Written: ${written.length}, at ${fixed(mean, 2)} bits each.` : 'Nothing is written yet.'}`;
  }
}

define('rnn-sampler', Sampler);
