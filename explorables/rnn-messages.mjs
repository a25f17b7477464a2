// <rnn-messages>: a number in words goes in; an encoder reads it word by word, a decoder writes its
// digits, and at every digit looks back at the encoder's states. The weights are trained.
import {GRU} from './rnn.mjs';
import {Figure, box, clamp, define, fixed, html, label, line, slim, svg} from './figure.mjs';
import {messages} from './messages-weights.mjs';

const SMALL = ('zero one two three four five six seven eight nine ten eleven twelve thirteen '
  + 'fourteen fifteen sixteen seventeen eighteen nineteen').split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const WORDS = ['', ...SMALL, ...TENS, 'hundred', 'thousand'];
const MARKS = ['', 'start', 'end', ...'0123456789'];
const [START, END, UNITS, PADDED, LONGEST, MOST] = [1, 2, 24, 6, 8, 5];
const EXAMPLES = [8315, 4070, 6, 7777, 10000, 12005]; // none of them was trained on

/** A number as the list of its words. */
export function spell(n) {
  if (n < 20) return [SMALL[n]];
  if (n < 100) return [TENS[Math.floor(n / 10) - 2], ...(n % 10 ? [SMALL[n % 10]] : [])];
  const [size, name] = n >= 1000 ? [1000, 'thousand'] : [100, 'hundred'];
  return [...spell(Math.floor(n / size)), name, ...(n % size ? spell(n % size) : [])];
}

/** The number that words are, or undefined if they are not spelt like one. */
export function valueOf(words) {
  let thousands = 0, rest = 0;
  for (const word of words) {
    if (word === 'thousand') [thousands, rest] = [rest, 0];
    else if (word === 'hundred') rest *= 100;
    else rest += SMALL.includes(word) ? SMALL.indexOf(word) : 10 * (TENS.indexOf(word) + 2);
  }
  const value = 1000 * thousands + rest;
  return value < 1e6 && spell(value).join() === words.join() ? value : undefined;
}

/** What is typed, as words; or a sentence about what is wrong with it. */
export function read(text) {
  const clean = text.toLowerCase().replaceAll(',', '').trim()
    .replace(/(?<=[a-z])[-‐‑–](?=[a-z])/g, ' ');
  if (/^\d{1,6}$/.test(clean)) return {words: spell(Number(clean))};
  const words = clean.split(/\s+/).filter(Boolean);
  const other = words.find(word => !WORDS.includes(word));
  if (!words.length) return {wrong: 'Nothing is typed'};
  if (other === 'and') {
    return {wrong: 'The network has not learnt the word “and”: leave it out'};
  }
  if (/^\d+$/.test(clean)) {
    return {wrong: `${clean.slice(0, 20)} is too large: give a number below a million`};
  }
  if (other) {
    return {wrong: `The network does not know “${other.slice(0, 20)}”: it knows zero to nineteen, `
      + 'twenty to ninety, hundred and thousand'};
  }
  if (words.length > LONGEST) {
    return {wrong: `These are ${words.length} words: give at most ${LONGEST}`};
  }
  return {words};
}

/** The network: an encoder (a GRU layer), and a decoder that attends to the encoder's states. */
export class Translator {
  constructor({factors, bytes}) {
    const whole = Int8Array.from(atob(bytes), letter => letter.charCodeAt(0));
    const sizes = [31 * 8, 8 * 72, UNITS * 72, 2 * 72, 13 * 8, 8 * 72, UNITS * 72, 2 * 72,
      2 * UNITS * 13, 13];
    let from = 0;
    const arrays = sizes.map((size, k) =>
      Float64Array.from(whole.subarray(from, from += size), value => value * factors[k]));
    const rows = (flat, length) => Array.from({length: flat.length / length},
      (_, i) => flat.subarray(i * length, (i + 1) * length));
    const gru = first => {
      const layer = new GRU(8, UNITS);
      layer.parameters.set(arrays.slice(first, first + 3).flatMap(each => [...each]));
      return layer;
    };
    [this.word, this.mark] = [rows(arrays[0], 8), rows(arrays[4], 8)];
    [this.reader, this.cell] = [gru(1), gru(5)];
    [this.kernel, this.bias] = [rows(arrays[8], 13), arrays[9]];
  }

  /**
   * The state after every place, and what is written: for every mark its name, its probability,
   * the logits, the weights of the attention and the state. A masked place keeps the state.
   */
  run(ids, masked) {
    const step = (layer, x, h) => {
      layer.steps = [];
      return layer.step(x, h);
    };
    const softmax = values => {
      const most = Math.max(...values), powers = values.map(value => Math.exp(value - most));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map(power => power / sum);
    };
    let h = new Float64Array(UNITS), mark = START;
    const real = ids.map(id => !masked || id > 0);
    const states = ids.map((id, t) => h = real[t] ? step(this.reader, this.word[id], h) : h);
    const written = [];
    while (written.length < MOST && mark !== END) {
      h = step(this.cell, this.mark[mark], h);
      const look = softmax(states.map((state, t) => real[t]
        ? state.reduce((sum, value, j) => sum + value * h[j], 0) : -1e9));
      const seen = Array.from(h, (_, j) => look.reduce((sum, a, t) => sum + a * states[t][j], 0));
      const logits = Array.from(this.bias, (value, j) =>
        [...h, ...seen].reduce((sum, v, i) => sum + v * this.kernel[i][j], value));
      mark = logits.indexOf(Math.max(...logits));
      written.push({mark: MARKS[mark], sure: softmax(logits)[mark], logits, look, h});
    }
    return {states, real, written};
  }
}

class Messages extends Figure {
  heading = 'A number in words, read and written as digits';
  pieces = ['drawAll', 'drawWords'];

  build() {
    Object.assign(this, {masked: true, example: 0, words: spell(EXAMPLES[0]), position: 5});
    this.net = new Translator(messages);
    this.image = this.picture();
    this.told = html('p');
    this.answer = html('p');
    const id = 'rnn-messages-words';
    this.field = html('input', {id, type: 'text', autocomplete: 'off', autocapitalize: 'none',
      spellcheck: 'false', change: () => this.type(this.field.value)});
    const field = this.control('a number in words', id, this.field);
    field.classList.add('rnn-words');
    const tick = html('input', {type: 'checkbox', checked: '', change: () => {
      this.masked = tick.checked;
      this.compute();
    }});
    this.time = this.slider('read, then write', {min: 1, max: 11, value: this.position,
      spoken: () => this.describe()}, this.change('position', this.redraw));
    this.live.append(
      html('div', {class: 'rnn-bars'}, this.row(field), this.row(this.button('another', () => {
        this.example = (this.example + 1) % EXAMPLES.length;
        this.type(String(EXAMPLES[this.example]));
      }), html('label', {class: 'rnn-tick'}, tick, 'mask the padding'))),
      this.row(this.time, this.button('− 1', () => this.move(this.position - 1)),
        this.button('+ 1', () => this.move(this.position + 1)),
        this.button('end', () => this.move(this.last))),
      this.image, this.told, this.answer, this.status);
    this.scrub(this.image, x => {
      const column = Math.floor((x - this.start) / this.column);
      this.move(column < 0 ? this.ids.length : this.ids.length + 1 + column);
    });
    this.compute();
  }

  /** Take what is typed, if it is made of words that the network knows. */
  type(text) {
    const {words, wrong} = read(text);
    if (wrong) {
      this.say(`${wrong}. It stays “${this.words.join(' ')}”.`);
      this.field.value = this.words.join(' ');
      return;
    }
    this.words = words;
    this.position = 1;
    this.compute();
  }

  move(position) {
    this.position = clamp(position, 1, this.last);
    this.time.set(this.position);
    this.redraw();
  }

  get last() { return this.ids.length + this.written.length; }

  compute() {
    const {words, masked} = this;
    this.field.value = words.join(' ');
    this.places = [...words, ...Array(Math.max(0, PADDED - words.length)).fill('')];
    const ids = this.places.map(word => WORDS.indexOf(word));
    const {states, real, written} = this.net.run(ids, masked);
    Object.assign(this, {states, real, written});
    this.ids = real.filter(Boolean); // the places that are read
    this.value = valueOf(words);
    this.position = Math.min(this.position, this.last);
    this.time.set(this.position, this.last);
    this.say(this.value === undefined
      ? 'These words are no number as the network learnt to read them; it writes all the same.'
      : this.value > 9999 ? `${this.value} is outside the trained numbers, 0 to 9999; `
        + 'it is shown all the same.' : '');
    this.redraw();
  }

  /** What is written after so many marks, without the end. */
  digits(count) {
    return this.written.slice(0, count).map(({mark}) => mark === 'end' ? '' : mark).join('');
  }

  describe() {
    if (!this.written) return '';
    const {position, places, ids, written} = this, k = position - ids.length;
    if (k <= 0) {
      return `step ${position} of ${this.last}: reads ${places[position - 1] || 'padding'}`;
    }
    const {mark, sure, look} = written[k - 1], most = look.indexOf(Math.max(...look));
    return `step ${position} of ${this.last}: writes ${mark} with probability ${fixed(sure, 2)
    }, looks most at ${places[most] || 'padding'} (${fixed(look[most], 2)})`;
  }

  drawAll() {
    const {places, states, real, written, position, ids} = this, width = this.image.wide();
    const narrow = slim(), k = position - ids.length;
    const top = 26, body = narrow ? 204 : 224, row = body / places.length;
    const wordsEnd = narrow ? 66 : 110, strip = clamp(width * 0.25, 56, narrow ? 84 : 170);
    const left = wordsEnd + 6, start = this.start = left + strip + 18;
    const column = this.column = (width - start - 4) / MOST;
    const brief = value => fixed(value, column < 30 ? 1 : 2);
    const low = top + body, foot = low + 34, height = foot + 44;
    const Y = t => top + row * (t + 0.5), X = j => start + column * (j + 0.5);
    // The units of a state side by side: up is positive, down negative.
    const units = (h, x, y, w, r) => svg('path', {class: 'rnn-st rnn-dot', d: Array.from(h,
      (value, j) => `M${(x + j * w / UNITS).toFixed(1)},${y.toFixed(1)}v${(-value * r).toFixed(1)}h${
        (w / UNITS * 0.8).toFixed(1)}V${y.toFixed(1)}`).join('')});
    const parts = [
      label(4, 13, 'read', {class: 'rnn-title'}),
      label(left, 13, 'state', {class: 'rnn-title'}),
      label(start, 13, narrow ? 'attention' : 'attention: what each mark looks at',
        {class: 'rnn-title'})];
    places.forEach((word, t) => {
      parts.push(svg('rect', {class: `rnn-node rnn-in ${word ? '' : 'rnn-pad'}`, x: 2,
        y: Y(t) - row / 2 + 2, width: wordsEnd - 4, height: row - 4, rx: 5}),
      label(wordsEnd / 2, Y(t) + 4, word || 'padding', {style: narrow && 'font-size: 11px'}));
      if (!real[t]) parts.push(label(left + strip / 2, Y(t) + 4, 'masked'));
      else {
        parts.push(line([[left, Y(t)], [left + strip, Y(t)]], {class: 'rnn-grid'}));
        if (t < position) parts.push(units(states[t], left, Y(t), strip, row * 0.44));
      }
      for (let j = 0; j < Math.min(k, written.length); j++) {
        const weight = written[j].look[t], [x, y] = [X(j) - column / 2 + 1, Y(t) - row / 2 + 1];
        const full = weight * (row - 2);
        parts.push(svg('rect', {class: 'rnn-cell', x, y, width: column - 2, height: row - 2}));
        if (!real[t]) continue;
        parts.push(svg('rect', {class: 'rnn-st rnn-gauge', x, y: y + row - 2 - full,
          width: column - 2, height: full}));
        if (Number(brief(weight))) parts.push(label(X(j), Y(t) + 4, brief(weight)));
      }
    });
    for (let j = 0; j < Math.min(k, written.length); j++) {
      const {mark, h, sure} = written[j];
      parts.push(units(h, X(j) - column * 0.4, low + 15, column * 0.8, 13),
        ...box('out', [X(j), foot + 10], column - 4, 24, mark),
        label(X(j), foot + 38, brief(sure)));
    }
    parts.push(
      label(start - 10, low + 19, 'decoder state', {class: 'rnn-end'}),
      label(start - 10, foot + 14, 'written', {class: 'rnn-end'}),
      label(start - 10, foot + 38, 'probability', {class: 'rnn-end'}),
      svg('rect', {class: 'rnn-mark rnn-dash', rx: 6, ...(k > 0
        ? {x: X(k - 1) - column / 2, y: top - 4, width: column, height: height - top + 3}
        : {x: 0.5, y: Y(position - 1) - row / 2, width: wordsEnd + 8 + strip, height: row})}));
    this.image.show(height, `${places.filter(Boolean).length} words. ${this.describe()}.`, parts);
  }

  drawWords() {
    const {position, places, ids, written, value, masked, words} = this, k = position - ids.length;
    const wrote = this.digits(MOST), mark = written[k - 1]?.mark;
    const right = value === undefined ? '' : wrote === String(value) ? ': right'
      : `; right would be ${value}`;
    const name = places[position - 1] ? `“${places[position - 1]}”` : 'padding as if it were a word';
    const from = k > 1 ? `its own ${written[k - 2].mark}` : 'the start mark';
    this.told.textContent = `Step ${position} of ${this.last}: reads ${k > 0
      ? `${from}, writes ${mark}` : `${name}; the state of ${UNITS} units changes`}.`;
    this.answer.textContent = position === this.last
      ? `The network wrote ${wrote || 'nothing'}${right}.`
      : k > 0 ? `Written so far: ${this.digits(k)}.`
        : `Nothing is written yet.${masked && words.length < PADDED
          ? ' Masked padding leaves the state as it is.' : ''}`;
  }
}

define('rnn-messages', Messages);
