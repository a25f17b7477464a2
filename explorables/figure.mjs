// What the interactive figures share: putting themselves in the place of a static picture, the
// controls, and a few strokes of SVG. Knows nothing of recurrence.

/** An HTML element; attributes that are functions become event listeners. */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A number as the chapters print it: a fixed count of decimals, a true minus sign. */
export const fixed = (value, digits = 3) => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
};

/** A number of any size to two or three digits, as 0.15, 12.5 or 2.9e−4. */
export const short = (value, digits = 1) => {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.01 || size >= 1e4)
    ? value.toExponential(digits).replace(/\.?0*e/, 'e')
    : String(Number(value.toPrecision(size < 1 ? 2 : 3)));
  return text.replace('e+', 'e').replaceAll('-', '−');
};

/** A number inside a sum or a product. */
export const factor = value => value < 0 ? `(${short(value)})` : short(value);

/** A list of numbers as a vector. */
export const vector = (values, digits = 2) =>
  `(${Array.from(values, value => fixed(value, digits)).join(', ')})`;

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A text in a picture, its middle at x. */
export const label = (x, y, text, attributes = {}) => svg('text', {x, y, ...attributes}, text);

/** A letter of a formula with its subscript and superscript, to be given to label(). */
export const math = (letter, low, high) => {
  const part = (text, dy, size) => svg('tspan', {dy, 'font-size': size}, text);
  const group = svg('tspan', {class: 'rnn-math'}, part(letter, 0, 17));
  if (low !== undefined) group.append(part(low, 4, 11));
  if (high !== undefined) group.append(part(high, low === undefined ? -7 : -12, 10));
  return group;
};

/**
 * An arrow from [x, y] to [x, y] with an explicit head. bend = [[x, y], [x, y]] are the two
 * control points of a curve; without it the arrow is straight.
 */
export function arrow(from, to, attributes = {}, bend = [from, from]) {
  const [[x, y], [bx, by]] = [to, bend[1]];
  const angle = Math.atan2(y - by, x - bx);
  const back = (side, length) =>
    `${x - length * Math.cos(angle + side)},${y - length * Math.sin(angle + side)}`;
  const neck = back(0, 5);
  return svg('g', {...attributes, class: `rnn-arrow ${attributes.class ?? ''}`},
    svg('path', {d: `M${from}C${bend[0]} ${bend[1]} ${neck}`}),
    svg('path', {class: 'rnn-head', d: `M${x},${y}L${back(0.42, 8)} ${back(-0.42, 8)}Z`}));
}

/**
 * The frame of a plot of x and y, each [first, last], with marks at ticks. Gives the two scales,
 * the inner edges, and the elements to draw first. log: the y axis is logarithmic.
 */
export function plot({width, height, x, y, xTicks, yTicks, title, log}) {
  const [left, top, right, bottom] = [40, 24, width - 12, height - 24];
  const of = log ? Math.log10 : value => value;
  const X = value => left + (value - x[0]) / (x[1] - x[0]) * (right - left);
  const Y = value => top + clamp((of(y[1]) - of(value)) / (of(y[1]) - of(y[0])), 0, 1)
    * (bottom - top);
  const frame = [
    label(left, 13, title, {class: 'rnn-title'}),
    ...yTicks.flatMap(value => [
      svg('line', {class: 'rnn-grid', x1: left, x2: right, y1: Y(value), y2: Y(value)}),
      label(left - 6, Y(value) + 4, short(value), {class: 'rnn-end'})]),
    ...xTicks.map(value => label(X(value), height - 6, short(value)))];
  return {X, Y, left, top, right, bottom, frame};
}

/** A line through points. */
export const line = (points, attributes) => svg('path', {class: 'rnn-curve', ...attributes,
  d: `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L')}`});

/** A box of a role with its text: an input is a rounded rectangle, an output a pill. */
export const box = (role, [x, y], width, height, text = '') => [
  svg('rect', {class: `rnn-node rnn-${role}`, x: x - width / 2, y: y - height / 2, width, height,
    rx: role === 'out' ? height / 2 : 5}),
  label(x, y + 4, text),
];

/** A state: a circle filled like a glass, empty at −1, full at +1. */
export const state = ([cx, cy], r, value, text = '') => [
  svg('circle', {class: 'rnn-node rnn-st', cx, cy, r}),
  svg('circle', {class: 'rnn-gauge rnn-st', cx, cy, r,
    'clip-path': `inset(${50 - 50 * clamp(value, -1, 1)}% 0 0 0)`}),
  label(cx, cy + 4, text),
];

/** The meaning of lines, from x to the right: [text, role, attributes of the line] each. */
export const legend = (x, y, entries) => entries.flatMap(([text, role, attributes], i) => [
  svg('line', {...attributes, class: `rnn-curve rnn-${role}`, x1: x, x2: x + 20,
    y1: y + 16 * i, y2: y + 16 * i}),
  label(x + 26, y + 4 + 16 * i, text, {class: 'rnn-left'})]);

let ids = 0;

/** Whether the screen is a phone's, where pictures are lower, as the style sheet's rules are. */
export const slim = () => matchMedia('(max-width: 45rem)').matches;

/**
 * An element that wraps a static figure and, once it can run, stands in for its picture. The
 * caption stays. Print, and a page without scripts, keep the static picture (see the style sheet).
 * A figure gives a heading, build(), called once, and pieces, the methods that draw it, called at
 * most once a frame after redraw(). It starts when it comes near the screen.
 */
export class Figure extends (globalThis.HTMLElement ?? class {}) {
  connectedCallback() {
    if (this.live) return;
    const near = new IntersectionObserver(entries => {
      if (!entries.some(entry => entry.isIntersecting)) return;
      near.disconnect();
      setTimeout(() => this.start());
    }, {rootMargin: '100%'});
    near.observe(this);
  }

  /** Build the figure, then draw its pieces: each a task of its own, so that none blocks. */
  start() {
    this.live = html('div', {class: 'rnn-live', role: 'group', 'aria-label': this.heading});
    const place = this.querySelector('figure') ?? this;
    this.status = html('p', {class: 'rnn-status', role: 'status'});
    this.build();
    place.prepend(this.live);
    // Hidden on the screen, the picture is still wanted on paper: it may not load too late for it.
    for (const image of place.querySelectorAll('img')) image.loading = 'eager';
    const left = [...this.pieces];
    const next = () => {
      this[left.shift()]();
      if (left.length) setTimeout(next);
      else this.live.classList.add('rnn-drawn');
    };
    setTimeout(next);
    let width = this.live.clientWidth;
    this.classList.add('rnn-on');
    new ResizeObserver(() => {
      if (width === (width = this.live.clientWidth)) return;
      this.redraw();
    }).observe(this.live);
  }

  /** Draw in the next frame, once however often it is asked for. */
  redraw() {
    if (!this.classList.contains('rnn-on')) return;
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.draw();
    });
  }

  draw() {
    for (const piece of this.pieces) this[piece]();
  }

  /** Say something that the reader did not ask for: it is shown, and spoken by a screen reader. */
  say(sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  /** What a control does: take its value under a name, then follow from it. */
  change(name, follow) {
    return value => {
      this[name] = typeof this[name] === 'number' ? Number(value) : value;
      follow.call(this);
    };
  }

  get still() {
    return matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  // ---- parts of the figure: each is made, and returned, for build() to append
  bar(...parts) {
    return html('div', {class: 'rnn-bar'}, ...parts);
  }

  /** A bar whose parts share one row on a phone. */
  row(...parts) {
    return html('div', {class: 'rnn-bar rnn-row'}, ...parts);
  }

  button(text, press) {
    return html('button', {type: 'button', click: press}, text);
  }

  /** A picture with show(height, description, children), sized in CSS pixels. */
  picture() {
    const image = svg('svg', {role: 'img', class: 'rnn-picture'});
    image.show = (height, description, children) => {
      image.setAttribute('viewBox', `0 0 ${image.wide()} ${height}`);
      image.setAttribute('height', height);
      image.setAttribute('aria-label', description);
      image.replaceChildren(...children);
    };
    image.wide = () => Math.max(240, image.clientWidth || 640); // also where a slide scales it
    return image;
  }

  control(text, id, ...inputs) {
    return html('div', {class: 'rnn-control'}, html('label', {for: id}, text), ...inputs);
  }

  /** A choice among options, each a value or [value, text]. */
  choice(text, options, value, change) {
    const id = `rnn-${++ids}`;
    const select = html('select', {id, change: () => change(select.value)},
      ...options.map(option => [option].flat()).map(([key, name = key]) =>
        html('option', {value: key}, name)));
    const control = this.control(text, id, select);
    control.set = next => { select.value = next; };
    control.set(value);
    return control;
  }

  /**
   * A typed number. Nonsense is refused: the old value comes back, with a sentence that names what
   * is wanted. whole: no fractions; show(value): how the value is written.
   */
  number(text, {value, min, max, whole, show = String}, change) {
    const id = `rnn-${++ids}`;
    const typed = () => {
      const number = Number(input.value.trim().replace('−', '-').replace(',', '.') || NaN);
      if (number >= min && number <= max && (!whole || Number.isInteger(number))) {
        this.say('');
        control.set(number);
        change(number);
        return;
      }
      this.say(`“${input.value}” is refused: ${text} must be a ${whole ? 'whole ' : ''}number `
        + `from ${show(min)} to ${show(max)}; it stays ${show(value)}.`);
      input.value = show(value);
    };
    const input = html('input', {id, type: 'text', inputmode: min < 0 ? 'text' : 'decimal',
      autocomplete: 'off', value: show(value), change: typed});
    const control = this.control(text, id, input);
    control.set = next => {
      value = next;
      input.value = show(value);
    };
    return control;
  }

  /** A slider; spoken(value) is what a screen reader says for it. With typed, a number box too. */
  slider(text, {min, max, step = 1, value, spoken = String, typed = false}, change) {
    const id = `rnn-${++ids}`;
    const moved = number => {
      change(number);
      control.set(number);
    };
    const input = html('input', {id, type: 'range', min, max, step, value,
      input: () => moved(Number(input.value))});
    const control = this.control(text, id, input);
    control.classList.add('rnn-wide');
    const entry = typed
      && this.number(text, {value, min, max, show: number => fixed(number, 2)}, moved);
    if (entry) {
      const field = entry.querySelector('input');
      field.setAttribute('aria-label', `${text}, typed`);
      control.append(field);
    }
    control.set = (next, last = input.max) => {
      input.max = last;
      input.value = next;
      if (entry) entry.set(next);
      else control.firstChild.textContent = `${text}: ${next}`;
      input.setAttribute('aria-valuetext', spoken(next));
    };
    control.set(value);
    return control;
  }

  /** Let a finger or a mouse choose an x in a picture; the sliders do the same by keyboard. */
  scrub(picture, choose) {
    const pick = event => {
      const {left, width} = picture.getBoundingClientRect();
      choose((event.clientX - left) * picture.clientWidth / width);
    };
    picture.classList.add('rnn-scrub');
    picture.addEventListener('pointerdown', event => {
      picture.setPointerCapture(event.pointerId);
      pick(event);
    });
    picture.addEventListener('pointermove', event => event.buttons && pick(event));
  }
}

/** Register an element, once, and only where there are elements. */
export function define(name, constructor) {
  if (globalThis.customElements && !customElements.get(name)) {
    customElements.define(name, constructor);
  }
}
