// What <rnn-forecast> alone must say: figures.test.mjs says how a case is read.

// The root mean squared errors at the horizons 1, 2, 5 and 11, as in the chapter's first table.
const RMSE = {persistence: [30, 54, 91, 32], seasonal: [34, 35, 35, 32], drift: [31, 54, 92, 33],
  AR: [17, 24, 27, 30], 'root AR': [15, 23, 27, 30]};
const scores = (figure, names) => names.map(name =>
  [1, 2, 5, 11].map(h => Math.round(figure.scoreOf(name, h))));

export const CASES = [
  {title: 'its scores are those of the chapter', gives: [
    [scores, Object.values(RMSE), undefined, Object.keys(RMSE)],
    [f => f.scoreOf('GRU', 1), 13.6, 1.5],
    [f => f.scoreOf('flat net', 1), 13.1, 1.5],
    [f => f.scoreOf('flat net', 5) < f.scoreOf('GRU', 5), true],
    [f => f.scoreOf('root AR', 1, 'MASE'), 0.69, 0.02],
    [f => f.held(1)[1] === 49 && f.held(1)[0] > 30, true]]},
  {title: 'says what was measured',
    says: [/root AR, 1984: \d+, range \d+ to \d+\. Measured 46: .*held \d+ of 45\./]},
  {title: 'says that there is no truth yet', uses: [['origin', '2007'], ['horizon', '11']],
    says: [/2018: .*Not measured yet in this series\..* of 39\./]},
];
