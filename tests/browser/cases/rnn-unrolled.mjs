// What <rnn-unrolled> alone must say: figures.test.mjs says how a case is read.

/** In the page: how far every δ is from what a nudge of each sum does to the loss. */
const nudged = figure => {
  const {layer} = figure, phi = layer.activation === 'tanh' ? Math.tanh : a => a;
  const product = (values, matrix, j) =>
    values.reduce((sum, value, i) => sum + value * matrix[i][j], 0);
  const loss = (s, k, e) => layer.x.reduce((h, x, t) => [0, 1, 2].map(j =>
    phi(layer.b[0][j] + (t === s && j === k ? e : 0) + product(x, layer.W, j)
      + product(h, layer.U, j))), [0, 0, 0]).reduce((sum, value) => sum + value);
  return layer.da.map((da, t) => Array.from(da, (delta, j) =>
    delta - (loss(t, j, 1e-5) - loss(t, j, -1e-5)) / 2e-5));
};
const NO_GAP = Array(30).fill(0);
const factors = figure => figure.sizes.slice(1).map((size, t) => figure.sizes[t] / size);
const lengths = figure => figure.layer.da.map((da, t) => Math.hypot(...da) - figure.sizes[t]);

// A linear orthogonal kernel gives its scale as the factor.
export const CASES = [
  ...['0.9', '1', '1.1'].map(scale => ({title: `linear, U times ${scale}`,
    uses: [['activation', 'linear'], ['U, times, typed', scale]],
    gives: [[factors, Array(9).fill(Number(scale)), 1e-6]]})),
  ...['tanh', 'linear'].map(activation => ({title: `δ of ${activation}`,
    uses: [['activation', activation]],
    gives: [[nudged, NO_GAP, 1e-7], [lengths, Array(10).fill(0), 1e-12]]})),
  // The lines of numbers, at the last step and at the first: each sum gives its δ as nudged above.
  ...[
    ['tanh', '11', ['1: δ = 0.84 = (1·1)·0.84', '2: δ = 0.62 = (1·1)·0.62',
      '3: δ = 0.75 = (1·1)·0.75', 'the length 1.29, where the loss L is read off']],
    ['tanh', '20', ['1: δ = 0.19 = (0.091·0.73 + 0.12·(−0.15) + 0.26·0.66)·0.85',
      '2: δ = −0.11 = (0.091·0.67 + 0.12·0.03 + 0.26·(−0.74))·0.89',
      '3: δ = 0.15 = (0.091·0.092 + 0.12·0.99 + 0.26·0.12)·0.89', 'the length 0.26']],
    ['linear', '11', ['1: δ = 1 = (1·1)\n', '2: δ = 1 = (1·1)\n', '3: δ = 1 = (1·1)',
      'the length 1.73']],
    ['linear', '20', ['1: δ = 1.41 = (0.98·0.73 + 0.75·(−0.15) + 1.22·0.66)\n',
      '2: δ = −0.22 = (0.98·0.67 + 0.75·0.03 + 1.22·(−0.74))\n',
      '3: δ = 0.98 = (0.98·0.092 + 0.75·0.99 + 1.22·0.12)', 'Since step 10: × 1, that is']],
  ].map(([activation, position, says]) => ({title: `the lines of ${activation} at ${position}`,
    uses: [['activation', activation], ['forward, then backward', position]], says})),
  {title: 'refuses what is no scale',
    refuses: [['U, times, typed', '1', '-1', '1e9']]},
];
