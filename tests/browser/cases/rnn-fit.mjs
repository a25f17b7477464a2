// What <rnn-fit> alone must say: figures.test.mjs says how a case is read.

/** In the page: the most epochs between two frames, if an epoch took three milliseconds. */
const slices = async figure => {
  const {net} = figure, {epoch} = net, now = performance.now, counts = [];
  let clock = 0, count = 0;
  performance.now = () => clock;
  net.epoch = (...parts) => {
    [clock, count] = [clock + 3, count + 1];
    return epoch.apply(net, parts);
  };
  figure.run(12);
  for (let running = true; running; running = figure.running) {
    counts.push(count);
    count = 0;
    await new Promise(requestAnimationFrame);
  }
  counts.push(count);
  performance.now = now;
  return [Math.max(...counts) <= 3, counts.reduce((sum, n) => sum + n)];
};

/** In the page: whether the figure is drawn again and again while it trains. */
const moves = async figure => {
  const {draw} = figure;
  let draws = 0;
  figure.draw = function () { draws += 1; draw.call(this); };
  figure.toggle();
  while (figure.running && figure.history.length < 200) await new Promise(requestAnimationFrame);
  figure.stop();
  return draws > 5;
};

/** In the page: what is shown of another window when a search unfolds it: no summary is pressed. */
const unfolds = async figure => {
  const frames = async () => {
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
  };
  figure.inside.open = false;
  figure.show(5);
  await frames();
  figure.inside.open = figure.details.open = true;
  await frames();
  return [figure.readout.textContent.includes('Window 6 '),
    figure.network.getAttribute('aria-label').includes(figure.describe(5).match(/[\d.]+(?= at)/)[0]),
    figure.weights.textContent.startsWith('W1 (')];
};

export const CASES = [
  ...['SimpleRNN', 'GRU'].map(cell => ({title: `a ${cell} diverges, and says so`,
    uses: [['cell', cell], ['learning rate', '1000'],
      ['500 epochs', undefined, /diverged after \d+ epochs.*smaller learning rate/]],
    gives: [[f => f.history.length < 500, true]]})),
  {title: 'starts from the chapter’s network and its baselines', gives: [
    [f => f.net.predict([[0.5488135, 0.71518937], [0.60276338, 0.54488318]])[0], 0.26074675, 1e-6],
    [f => f.rivals.map(([, loss], i) => loss / [0.148, 5.25e-3, 1.92e-4][i]), [1, 1, 1], 0.01]]},
  {title: 'ends at the losses that the chapter prints',
    uses: [['500 epochs', undefined, /^Epoch 500:/m]],
    gives: [[f => f.history.at(-1)[0].toExponential(1), '1.8e-4'],
      [f => f.history.at(-1)[1].toExponential(2), '2.85e-4']]},
  ...[[1, f => f.history.at(-1)[1] > 0.08], [2, f => f.history.at(-1)[1] < 0.02]].map(
    ([length, held]) => ({title: `sin alone, ${length} sample(s) at a time`,
      uses: [['task', 'sin'], ['units', '8'], ['learning rate', '0.01'],
        ['window', String(length)], ['500 epochs', undefined, /^Epoch 500:/m]],
      gives: [[held, true]]})),
  {title: 'gives the page back after eight milliseconds',
    gives: [[slices, [true, 12]]]},
  {title: 'moves while it trains', gives: [[moves, true]]},
  {title: 'draws what a search in the page unfolds', gives: [[unfolds, [true, true, true]]]},
  {title: 'refuses what cannot be trained', refuses: [
    ['units', '1', '0', '-3', '2.5'], ['learning rate', '1', '0', '-1', 'Infinity', '1e300'],
    ['seed', '1', '-1', 'x', '0.5']]},
];
