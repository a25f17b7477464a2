// <rnn-topologies>: choose what goes in and out of a stack of recurrent layers; the drawing, the
// shapes, the parameters and the Keras code follow, and what Keras refuses is refused in its words.
import {Figure, arrow, box, define, html, label, math, slim, state, svg} from './figure.mjs';

const PATTERNS = {
  'many-to-many': {input: 'sequence', sequences: true},
  'many-to-one': {input: 'sequence', sequences: false},
  'one-to-many': {input: 'repeated', sequences: true},
  'one step alone': {input: 'sequence', sequences: false, steps: 1},
};
const INPUTS = [['sequence', 'a sequence'],
  ['repeated', 'one vector, repeated'], ['vector', 'one vector, as it is']];

/** What Keras says of such a layer, if it refuses it: units first, then the rank of the input. */
const refused = (units, i, shape) => units < 1
  ? `Received an invalid value for argument \`units\`, expected a positive integer, got ${units}.`
  : shape.length < 3 && `Input 0 with name 'None' of layer 'simple_rnn${i ? `_${i}` : ''}' is `
    + `incompatible with the layer: expected ndim=3, found ndim=2. Full shape received: (${
      shape.join(', ')})`;

/**
 * What Keras makes of a stack: code lines, rows of [name, output shape, parameters], the total;
 * or, in refusal, the index of the layer that refuses and what Keras says.
 */
export function describe({input, steps, features, layers}) {
  const code = [
    `x = keras.Input((${input === 'sequence' ? `${steps}, ${features}` : `${features},`}))`];
  const rows = [];
  let shape = input === 'sequence' ? ['None', steps, features] : ['None', features];
  rows.push(['x', 'Input', shape, 0]);
  let from = 'x', total = 0, refusal = null;
  if (input === 'repeated') {
    code.push(`r = keras.layers.RepeatVector(${steps})(x)`);
    shape = ['None', steps, features];
    rows.push(['r', 'RepeatVector', shape, 0]);
    from = 'r';
  }
  layers.forEach(({units, sequences}, i) => {
    const name = i === layers.length - 1 ? 'y' : layers.length > 2 ? `h${i + 1}` : 'h';
    code.push(`${name} = keras.layers.SimpleRNN(${units}${
      sequences ? ', return_sequences=True' : ''})(${from})`);
    from = name;
    if (refusal) return;
    const text = refused(units, i, shape);
    if (text) {
      refusal = {layer: i, text};
      return;
    }
    const parameters = units * (shape[2] + units + 1);
    shape = sequences ? ['None', steps, units] : ['None', units];
    rows.push([name, 'SimpleRNN', shape, parameters]);
    total += parameters;
  });
  return {code, rows, total, refusal};
}

class Topologies extends Figure {
  heading = 'Inputs, outputs, layers and shapes';
  pieces = ['drawAll'];

  build() {
    this.model = {input: 'sequence', steps: 2, features: 2,
      layers: [{units: 3, sequences: true}, {units: 1, sequences: false}]};
    this.picture1 = this.picture();
    this.code = html('pre', {tabindex: 0, 'aria-label': 'Keras code'});
    this.table = html('table');
    this.stack = html('div', {class: 'rnn-bar'});
    this.verdict = html('p', {class: 'rnn-status', role: 'status'});
    this.controls = {
      pattern: this.choice('pattern', [...Object.keys(PATTERNS), 'your own'],
        'many-to-one', name => this.take(PATTERNS[name])),
      input: this.choice('input', INPUTS, 'sequence', this.set('input')),
      steps: this.number('time steps', {value: 2, min: 1, max: 8, whole: true}, this.set('steps')),
      features: this.number('features', {value: 2, min: 1, max: 99, whole: true},
        this.set('features')),
      layers: this.choice('layers', [1, 2, 3], 2, n => this.resize(Number(n))),
    };
    const {pattern, input, ...sizes} = this.controls;
    this.live.append(html('div', {class: 'rnn-bars'}, this.row(pattern, input),
      this.row(...Object.values(sizes))), this.stack, this.status,
      this.verdict, html('div', {class: 'rnn-grid2'}, this.picture1, html('div', {}, this.table)),
      this.code);
    this.buildStack();
  }

  /** What a control does: note its value, and draw again. */
  set(name, object = this.model) {
    return value => {
      object[name] = value;
      this.redraw();
    };
  }

  /** Make the network follow a pattern. */
  take(pattern) {
    if (!pattern) return;
    const {model, controls} = this;
    model.input = pattern.input;
    model.steps = pattern.steps ?? Math.max(2, model.steps);
    model.layers.forEach((layer, i) => {
      layer.sequences = i < model.layers.length - 1 || pattern.sequences;
    });
    controls.input.set(model.input);
    controls.steps.set(model.steps);
    this.buildStack();
  }

  /** Add layers below the last one, or take them away. */
  resize(count) {
    const {layers} = this.model;
    while (layers.length > count) layers.splice(-2, 1);
    while (layers.length < count) layers.splice(-1, 0, {units: 3, sequences: true});
    this.buildStack();
  }

  /** The controls of every layer. */
  buildStack() {
    this.stack.replaceChildren(...this.model.layers.map((layer, i) => {
      const tick = html('input', {type: 'checkbox', checked: layer.sequences && '',
        change: () => this.set('sequences', layer)(tick.checked)});
      return html('fieldset', {class: 'rnn-bar rnn-layer'}, html('legend', {}, `layer ${i + 1}`),
        this.number('units', {value: layer.units, min: 0, max: 999, whole: true},
          this.set('units', layer)),
        html('label', {class: 'rnn-tick'}, tick, 'return_sequences'));
    }));
    this.redraw();
  }

  drawAll() {
    const {model, controls} = this, {code, rows, total, refusal} = describe(model);
    const top = model.layers.at(-1).sequences;
    const pattern = Object.entries(PATTERNS).findLast(([, {input, sequences, steps}]) =>
      !refusal && input === model.input && sequences === top && (!steps || steps === model.steps)
      && (steps || model.steps > 1));
    controls.pattern.set(pattern?.[0] ?? 'your own');
    this.code.textContent = code.join('\n');
    const row = (tag, ...cells) => html('tr', {}, ...cells.map((cell, i) =>
      i ? html(tag, {}, cell) : html('th', {}, cell)));
    this.table.replaceChildren(row('th', 'variable', 'shape', 'parameters'),
      ...rows.map(([name, kind, shape, parameters]) => row('td', `${name} = ${kind}`,
        `(${shape.join(', ').replace('None', 'batch')})`, parameters)),
      row('td', 'all', '', refusal ? '–' : total));
    const advice = !refusal || !model.layers[refusal.layer].units ? ''
      : refusal.layer ? `Layer ${refusal.layer} returns one state alone: give it return_sequences.`
        : 'The input has no time axis: repeat it, or give a sequence.';
    this.verdict.textContent = refusal
      ? `Keras refuses layer ${refusal.layer + 1}: “${refusal.text}” ${advice}` : '';
    this.drawStack(rows, total, refusal);
  }

  drawStack(rows, total, refusal) {
    const {input, layers, steps} = this.model, width = this.picture1.wide();
    const left = 30, column = Math.min(84, (width - left - 8) / steps);
    const r = Math.min(19, column * 0.36);
    const rise = slim() ? 47 : 66, height = 60 + rise * (layers.length + 1);
    const X = t => left + column * (t + 0.5);
    const bottom = height - 40, row = i => bottom - rise * (i + 1), top = row(layers.length);
    const wide = Math.min(42, column - 6), parts = [];
    const name = (letter, t, layer) => column < 34 ? '' : math(letter, t + 1,
      layers.length > 1 && layer !== undefined ? `(${layer + 1})` : undefined);
    const end = refusal?.layer ?? layers.length;
    // The inputs, and what carries them to the first layer: one for every step, or one for all.
    const source = {sequence: X, repeated: () => X((steps - 1) / 2), vector: () => X(0)}[input];
    for (let t = 0; t < (input === 'vector' ? 1 : steps); t++) {
      parts.push(arrow([source(t), bottom], [X(t), row(0) + r + 3], {class: 'rnn-in'},
        [[X(t), bottom], [X(t), bottom]]));
    }
    for (let t = 0; t < (input === 'sequence' ? steps : 1); t++) {
      parts.push(...box('in', [source(t), bottom], wide, 30,
        input === 'sequence' ? name('x', t) : math('x')));
    }
    // The layers: every one carries its state along; what it returns goes up.
    layers.forEach(({sequences}, i) => {
      const group = svg('g', {class: i >= end ? 'rnn-dim' : ''});
      const last = i === layers.length - 1;
      group.append(
        svg('circle', {class: 'rnn-node rnn-st rnn-dash', cx: 13, cy: row(i), r: 10}),
        label(13, row(i) + 4, '0'));
      for (let t = 0; t < steps; t++) {
        group.append(arrow([t ? X(t - 1) + r + 1 : 24, row(i)], [X(t) - r - 3, row(i)],
          {class: 'rnn-st'}),
        ...state([X(t), row(i)], r, -1, name('h', t, i)));
        if (sequences || t === steps - 1) {
          group.append(arrow([X(t), row(i) - r - 1], [X(t), last ? top + 18 : row(i + 1) + r + 3],
            {class: last ? 'rnn-out' : 'rnn-in'}));
          if (last) group.append(...box('out', [X(t), top], wide, 30, name('y', t)));
        }
      }
      parts.push(group);
    });
    if (refusal) {
      const [x, y] = [X(end ? steps - 1 : 0), row(end) + rise / 2];
      parts.push(svg('path', {class: 'rnn-refused', d: `M${x - 7},${y - 7}l14,14m0,-14l-14,14`}));
    }
    parts.push(arrow([left, height - 12], [X(steps - 1), height - 12]),
      label(X(steps - 1) + 20, height - 8, 'time'));
    const out = layers.at(-1).sequences ? 'at every step' : 'after the last step';
    this.picture1.show(height, refusal ? `Keras refuses layer ${refusal.layer + 1}.`
      : `${layers.length} recurrent ${layers.length > 1 ? 'layers' : 'layer'} over ${steps} time `
        + `steps; an output ${out}; ${total} parameters.`, parts);
  }
}

define('rnn-topologies', Topologies);
