// A recurrent network and its training: forward, back-propagation through time, Adam.
//
// It computes what Keras computes, with Keras' names and shapes, to be read beside the chapter on
// unrolling. A sequence is a list of time steps, each a vector (an array of numbers); a batch is a
// list of sequences. Nothing here knows of the page.

// ---------------------------------------------------------------- vectors and matrices
// A matrix is a list of rows. As in Keras, vectors multiply from the left: v @ M.

const zeros = n => new Float64Array(n);

/** a += v @ M */
function addProduct(a, v, M) {
  for (let i = 0; i < M.length; i++) {
    const row = M[i], vi = v[i];
    for (let j = 0; j < a.length; j++) a[j] += vi * row[j];
  }
}

/** a += d @ M.T, the way back through addProduct to its v */
function addTransposed(a, d, M) {
  for (let i = 0; i < M.length; i++) {
    const row = M[i];
    let sum = 0;
    for (let j = 0; j < d.length; j++) sum += d[j] * row[j];
    a[i] += sum;
  }
}

/** dM += outer(v, d), the way back through addProduct to its M */
function addOuter(dM, v, d) {
  for (let i = 0; i < dM.length; i++) {
    const row = dM[i], vi = v[i];
    for (let j = 0; j < d.length; j++) row[j] += vi * d[j];
  }
}

/** a += d */
function add(a, d) {
  for (let j = 0; j < a.length; j++) a[j] += d[j];
}

// ---------------------------------------------------------------- random numbers
/** A small seeded generator of numbers in [0, 1) (mulberry32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers 0 … n−1 in random order. */
export function shuffled(n, uniform) {
  const keys = Array.from({length: n}, uniform);
  return [...keys.keys()].sort((i, j) => keys[i] - keys[j]);
}

function glorotUniform(M, uniform) {
  const limit = Math.sqrt(6 / (M.length + M[0].length));
  for (const row of M) for (let j = 0; j < row.length; j++) row[j] = limit * (2 * uniform() - 1);
}

/** Rows of length one at right angles: a step with such a kernel neither shrinks nor grows h. */
function orthogonal(M, uniform) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  M.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) row[j] = normal();
    for (const other of M.slice(0, i)) {
      const overlap = row.reduce((sum, value, j) => sum + value * other[j], 0);
      for (let j = 0; j < row.length; j++) row[j] -= overlap * other[j];
    }
    const length = Math.hypot(...row);
    for (let j = 0; j < row.length; j++) row[j] /= length;
  });
}

// ---------------------------------------------------------------- layers
/**
 * What all layers share: parameters, and the walk through time. The parameters lie in one flat
 * array, their gradients in another; W, U, b and dW, dU, db are views with the shapes of Keras.
 */
class Layer {
  constructor(features, units, gates = 1, biases = 1, recurrent = units) {
    Object.assign(this, {features, units});
    const columns = gates * units, ends = [features, features + recurrent];
    for (const [flat, prefix] of [['parameters', ''], ['gradients', 'd']]) {
      const all = this[flat] = zeros((ends[1] + biases) * columns);
      const rows = Array.from({length: ends[1] + biases},
        (_, i) => all.subarray(i * columns, (i + 1) * columns));
      this[`${prefix}W`] = rows.slice(0, ends[0]);
      this[`${prefix}U`] = rows.slice(...ends);
      this[`${prefix}b`] = rows.slice(ends[1]);
    }
  }

  initialise(uniform) {
    glorotUniform(this.W, uniform);
    orthogonal(this.U, uniform);
    for (const row of this.b) row.fill(0);
  }

  /** The states h_1 … h_T of one sequence. The state before the first step is zero. */
  forward(x) {
    let h = zeros(this.units);
    this.x = x;
    this.steps = []; // what a step keeps for the way back
    return this.h = x.map(xt => h = this.step(xt, h));
  }

  /**
   * Back-propagation through time. above[t] is the gradient that h_t gets from the layer above;
   * the rest of it comes from the next time step. Adds to dW, dU, db; gives the gradient of x, and
   * keeps those of the sums x_t W in da: for a SimpleRNN they are the δ_t of the chapter.
   */
  backward(above) {
    const {x, h, W, U, dW, dU, db, features, units} = this;
    const dx = [];
    this.da = [];
    let fromNext = zeros(units);
    for (let t = x.length - 1; t >= 0; t--) {
      const dh = fromNext;
      add(dh, above[t]);
      const before = t ? h[t - 1] : zeros(units);
      // da is the gradient of x_t W, ds that of h_{t−1} U, direct what reaches h_{t−1} without U.
      const {da, ds = da, direct = zeros(units)} = this.back(t, dh, before);
      this.da[t] = da;
      addOuter(dW, x[t], da);
      addOuter(dU, before, ds);
      db.forEach((row, i) => add(row, i ? ds : da));
      addTransposed(dx[t] = zeros(features), da, W);
      addTransposed(fromNext = direct, ds, U);
    }
    return dx;
  }
}

/** h_t = tanh(x_t W + h_{t−1} U + b) */
export class SimpleRNN extends Layer {
  activation = 'tanh'; // or 'linear'

  step(x, h) {
    const a = this.b[0].slice();
    addProduct(a, x, this.W);
    addProduct(a, h, this.U);
    if (this.activation === 'tanh') for (let j = 0; j < a.length; j++) a[j] = Math.tanh(a[j]);
    return a;
  }

  back(t, dh) {
    const da = dh.slice(), h = this.h[t];
    if (this.activation === 'tanh') for (let j = 0; j < da.length; j++) da[j] *= 1 - h[j] ** 2;
    return {da};
  }
}

const sigmoid = value => 1 / (1 + Math.exp(-value));

/**
 * The long short-term memory: the columns of W, U and b hold the input gate i, the forget gate f,
 * the candidate g and the output gate o, in the order of Keras. hand[t] = {f: 1, …} takes the
 * place of what the weights say of a gate at a step, for the way forward alone.
 */
export class LSTM extends Layer {
  constructor(features, units) {
    super(features, units, 4);
  }

  step(x, h) {
    const n = this.units, t = this.steps.length, hand = this.hand?.[t] ?? {};
    const a = this.b[0].slice(), before = t ? this.steps[t - 1].c : zeros(n);
    const [i, f, g, o, c, next] = Array.from({length: 6}, () => zeros(n));
    addProduct(a, x, this.W);
    addProduct(a, h, this.U);
    for (let j = 0; j < n; j++) {
      i[j] = hand.i ?? sigmoid(a[j]);
      f[j] = hand.f ?? sigmoid(a[n + j]);
      g[j] = Math.tanh(a[2 * n + j]);
      o[j] = hand.o ?? sigmoid(a[3 * n + j]);
      c[j] = f[j] * before[j] + i[j] * g[j];
      next[j] = o[j] * Math.tanh(c[j]);
    }
    this.steps.push({i, f, g, o, c});
    return next;
  }

  back(t, dh) {
    const n = this.units, {i, f, g, o, c} = this.steps[t];
    const before = t ? this.steps[t - 1].c : zeros(n), da = zeros(4 * n);
    if (t === this.steps.length - 1) this.dc = zeros(n);
    for (let j = 0; j < n; j++) {
      const out = Math.tanh(c[j]), dc = this.dc[j] + dh[j] * o[j] * (1 - out ** 2);
      da[j] = dc * g[j] * i[j] * (1 - i[j]);
      da[n + j] = dc * before[j] * f[j] * (1 - f[j]);
      da[2 * n + j] = dc * i[j] * (1 - g[j] ** 2);
      da[3 * n + j] = dh[j] * out * o[j] * (1 - o[j]);
      this.dc[j] = dc * f[j]; // for the step before
    }
    return {da};
  }
}

/**
 * The gated recurrent unit as Keras has it (reset_after=True): the columns of W, U and the two
 * rows of b hold the update gate z, the reset gate r and the candidate c, in this order. hand: as
 * for the LSTM.
 */
export class GRU extends Layer {
  constructor(features, units) {
    super(features, units, 3, 2);
  }

  step(x, h) {
    const n = this.units, [a, s] = this.b.map(row => row.slice());
    const hand = this.hand?.[this.steps.length] ?? {};
    const [z, r, c, next] = [zeros(n), zeros(n), zeros(n), zeros(n)];
    addProduct(a, x, this.W);
    addProduct(s, h, this.U);
    for (let j = 0; j < n; j++) {
      z[j] = hand.z ?? sigmoid(a[j] + s[j]);
      r[j] = hand.r ?? sigmoid(a[n + j] + s[n + j]);
      c[j] = Math.tanh(a[2 * n + j] + r[j] * s[2 * n + j]);
      next[j] = z[j] * h[j] + (1 - z[j]) * c[j];
    }
    this.steps.push({z, r, c, s});
    return next;
  }

  back(t, dh, before) {
    const n = this.units, {z, r, c, s} = this.steps[t];
    const da = zeros(3 * n), direct = zeros(n);
    for (let j = 0; j < n; j++) {
      const dc = da[2 * n + j] = dh[j] * (1 - z[j]) * (1 - c[j] ** 2);
      da[j] = dh[j] * (before[j] - c[j]) * z[j] * (1 - z[j]);
      da[n + j] = dc * s[2 * n + j] * r[j] * (1 - r[j]);
      direct[j] = dh[j] * z[j];
    }
    const ds = da.slice(); // the same, but for the reset gate in the way of the candidate
    for (let j = 0; j < n; j++) ds[2 * n + j] *= r[j];
    return {da, ds, direct};
  }
}

/** y_t = h_t W + b, the same at every step, with no state of its own */
export class Dense extends Layer {
  constructor(features, units) {
    super(features, units, 1, 1, 0);
  }

  step(x) {
    const y = this.b[0].slice();
    addProduct(y, x, this.W);
    return y;
  }

  back(t, dh) {
    return {da: dh};
  }
}

// ---------------------------------------------------------------- a stack of layers, and training
/** Layers one above the other, each reading the whole sequence below it; many-to-one at the end. */
export class Network {
  constructor(layers) {
    this.layers = layers;
    this.count = layers.reduce((sum, layer) => sum + layer.parameters.length, 0);
  }

  initialise(seed) {
    const uniform = random(seed);
    for (const layer of this.layers) layer.initialise(uniform);
    return this;
  }

  /** Take the list of arrays that Keras' get_weights() gives. */
  setWeights(weights) {
    const numbers = weights.flat(Infinity);
    for (const {parameters} of this.layers) parameters.set(numbers.splice(0, parameters.length));
    return this;
  }

  /** The output at every step. */
  forward(x) {
    return this.layers.reduce((sequence, layer) => layer.forward(sequence), x);
  }

  /** The output after the last step. */
  predict(x) {
    return this.forward(x).at(-1);
  }

  /** Adds the gradient of scale · |prediction − target|²; gives |prediction − target|². */
  backward(x, target, scale = 1) {
    const y = this.forward(x);
    let above = y.map(yt => zeros(yt.length)), loss = 0;
    y.at(-1).forEach((value, j) => {
      const error = value - target[j];
      loss += error ** 2;
      above.at(-1)[j] = 2 * scale * error;
    });
    for (const layer of this.layers.toReversed()) above = layer.backward(above);
    return loss;
  }

  /** The mean squared error over sequences. */
  loss(xs, targets) {
    const squares = (y, target) => y.reduce((sum, value, j) => sum + (value - target[j]) ** 2, 0);
    const sum = xs.reduce((sum, x, i) => sum + squares(this.predict(x), targets[i]), 0);
    return sum / (xs.length * targets[0].length);
  }

  /** One pass over the sequences in the given order, an Adam step a batch; gives the mean loss. */
  epoch(xs, targets, optimizer, order = xs.map((_, i) => i), batch = 10) {
    let sum = 0;
    for (let first = 0; first < order.length; first += batch) {
      const some = order.slice(first, first + batch);
      for (const layer of this.layers) layer.gradients.fill(0);
      for (const i of some) {
        sum += this.backward(xs[i], targets[i], 1 / (some.length * targets[i].length));
      }
      optimizer.step(this.layers);
    }
    return sum / (order.length * targets[0].length);
  }
}

/** Adam with Keras' defaults: each weight moves by its mean gradient over the root mean square. */
export class Adam {
  constructor(learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7) {
    Object.assign(this, {learningRate, beta1, beta2, epsilon, steps: 0, moments: new Map()});
  }

  step(layers) {
    const {beta1, beta2, epsilon, moments} = this;
    const k = ++this.steps;
    const rate = this.learningRate * Math.sqrt(1 - beta2 ** k) / (1 - beta1 ** k);
    for (const {parameters: w, gradients: g} of layers) {
      if (!moments.has(w)) moments.set(w, [zeros(w.length), zeros(w.length)]);
      const [m, v] = moments.get(w);
      for (let i = 0; i < w.length; i++) {
        m[i] += (1 - beta1) * (g[i] - m[i]);
        v[i] += (1 - beta2) * (g[i] ** 2 - v[i]);
        w[i] -= rate * m[i] / (Math.sqrt(v[i]) + epsilon);
      }
    }
  }
}
