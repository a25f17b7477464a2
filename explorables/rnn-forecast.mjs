// <rnn-forecast>: an origin moves through the test years of the sunspots. Seven forecasters, each with
// the range of its earlier errors; beside them what they score over all origins.
import {Figure, clamp, define, fixed, html, label, legend, line, plot, slim,
  svg} from './figure.mjs';
import {forecasts} from './forecast-weights.mjs';

const {spots, tails, nets} = forecasts, FIRST = 1700, CUT = 259, AHEAD = 11, BEFORE = 22;
const ORIGINS = nets.GRU.map((_, k) => CUT + k);
const squared = z => Math.max(z, 0) ** 2;
const steps = Array.from({length: AHEAD}, (_, k) => k + 1);

/** The recursive forecasts of an autoregression: a constant, then the newest value first. */
function run([constant, ...c], past) {
  const z = past.slice(-c.length);
  for (const _ of steps) z.push(c.reduce((sum, each, k) => sum + each * z.at(-1 - k), constant));
  return z.slice(-AHEAD);
}

// By name: the eleven forecasts from an origin.
const FORECASTERS = {
  persistence: o => steps.map(() => spots[o]),
  seasonal: o => spots.slice(o - AHEAD + 1, o + 1),
  drift: o => steps.map(h => spots[o] + h * (spots[o] - spots[0]) / o),
  AR: o => run(forecasts.plain, spots.slice(0, o + 1)),
  'root AR': o => run(forecasts.root, spots.slice(0, o + 1).map(Math.sqrt)).map(squared),
  GRU: o => nets.GRU[o - CUT],
  'flat net': o => nets['flat net'][o - CUT],
};
const SCORES = ['RMSE', 'MAE', 'MASE'];
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
// The mean absolute error of persistence before the test, which MASE divides by.
const UNIT = mean(spots.slice(1, CUT + 1).map((value, t) => Math.abs(value - spots[t])));

class Forecast extends Figure {
  heading = 'Forecasts of the sunspots from a moving origin';
  pieces = ['drawSeries', 'drawScores', 'drawWords'];

  build() {
    Object.assign(this, {name: 'root AR', score: 'RMSE', origin: 1979, horizon: 5});
    this.paths = Object.fromEntries(Object.entries(FORECASTERS).map(([name, forecast]) =>
      [name, ORIGINS.map(forecast)]));
    this.where = this.slider('origin', {min: FIRST + CUT, max: FIRST + ORIGINS.at(-1),
      value: this.origin, spoken: year => `origin ${year}. ${this.words()}`},
    this.change('origin', this.compute));
    this.far = this.slider('horizon', {min: 1, max: AHEAD, value: this.horizon,
      spoken: h => `${h} years ahead. ${this.words()}`}, this.change('horizon', this.compute));
    this.image = this.picture();
    this.bars = this.picture();
    this.text = html('p');
    this.live.append(
      this.row(this.choice('forecaster', Object.keys(FORECASTERS).map(name =>
        [name, name in nets ? `${name}, first seed` : name]), this.name,
        this.change('name', this.compute)),
      this.choice('score', SCORES, this.score, this.change('score', this.compute))),
      this.row(this.where, this.far), this.status, this.image, this.text, this.bars);
    this.scrub(this.image, x => {
      const {left, right} = this.frame, span = BEFORE + AHEAD;
      this.horizon = clamp(Math.round((x - left) / (right - left) * span) - BEFORE, 1, AHEAD);
      this.compute();
    });
    this.compute();
  }

  compute() {
    const o = this.origin - FIRST, k = o - CUT;
    this.path = this.paths[this.name][k];
    this.range = tails[this.name].map(ends => this.path.map((value, i) =>
      squared(Math.sqrt(Math.max(value, 0)) + ends[i] / 100)));
    this.truth = spots[o + this.horizon];
    this.where.set(this.origin);
    this.far.set(this.horizon);
    this.redraw();
  }

  /** The score of a forecaster at a horizon, over all origins whose truth is known. */
  scoreOf(name, h = this.horizon, score = this.score) {
    const errors = ORIGINS.filter(o => o + h < spots.length)
      .map((o, k) => spots[o + h] - this.paths[name][k][h - 1]);
    if (score === 'RMSE') return Math.sqrt(mean(errors.map(error => error ** 2)));
    return mean(errors.map(Math.abs)) / (score === 'MASE' ? UNIT : 1);
  }

  /** How often the range held, of how many. */
  held(h = this.horizon) {
    const [low, high] = tails[this.name].map(ends => ends[h - 1] / 100);
    const known = ORIGINS.filter(o => o + h < spots.length);
    return [known.filter((o, k) => {
      const root = Math.sqrt(Math.max(this.paths[this.name][k][h - 1], 0));
      return squared(root + low) <= spots[o + h] && spots[o + h] <= squared(root + high);
    }).length, known.length];
  }

  words() {
    if (!this.path) return '';
    const {horizon: h, origin, truth} = this, [low, high] = this.range.map(end => end[h - 1]);
    const guess = this.path[h - 1], whole = value => fixed(value, 0);
    const [held, all] = this.held();
    return `${this.name}, ${origin + h}: ${whole(guess)}, range ${whole(low)} to ${whole(high)}. ${
      truth === undefined ? 'Not measured yet in this series.'
        : `Measured ${whole(truth)}: ${low <= truth && truth <= high ? 'inside' : 'outside'}, error ${
          whole(truth - guess)}.`} Over all origins the range held ${held} of ${all}.`;
  }

  drawSeries() {
    const {origin, horizon, path, range} = this, width = this.image.wide(), o = origin - FIRST;
    const height = slim() ? 210 : 250, first = origin - BEFORE;
    const known = steps.filter(h => o + h < spots.length);
    const {X, Y, left, bottom, frame} = this.frame = plot({width, height,
      x: [first, origin + AHEAD], y: [0, 250], yTicks: [0, 100, 200], xTicks: [],
      title: `sunspots; 80 % of earlier errors of ${this.name}`});
    const ends = [spots[o], ...path];
    const band = [...range[1].map((value, k) => [X(origin + k + 1), Y(value)]),
      ...range[0].map((value, k) => [X(origin + k + 1), Y(value)]).reverse()];
    const target = X(origin + horizon);
    this.image.show(height, `Sunspots up to ${origin} and forecasts. ${this.words()}`, [
      ...frame,
      ...[-20, -10, 0, 10].map(h => label(X(origin + h), height - 6, origin + h)),
      svg('path', {class: 'rnn-out rnn-dot', opacity: 0.25,
        d: `M${[[X(origin), Y(spots[o])], ...band].map(at => at.map(v => v.toFixed(1))).join('L')}Z`}),
      line([[X(origin), 24], [X(origin), bottom]], {class: 'rnn-mark rnn-dash'}),
      line([[target, 24], [target, bottom]], {class: 'rnn-grid'}),
      ...Object.keys(FORECASTERS).filter(name => name !== this.name).map(name =>
        line([spots[o], ...this.paths[name][o - CUT]].map((value, h) =>
          [X(origin + h), Y(value)]), {class: 'rnn-curve rnn-faint', 'stroke-width': 1})),
      line(spots.slice(o - BEFORE, o + 1).map((value, k) => [X(first + k), Y(value)]),
        {class: 'rnn-curve rnn-in'}),
      line(ends.map((value, h) => [X(origin + h), Y(value)]), {class: 'rnn-curve rnn-out rnn-bold'}),
      ...known.map(h => svg('circle', {class: 'rnn-in rnn-dot', cx: X(origin + h),
        cy: Y(spots[o + h]), r: h === horizon ? 5 : 2.5})),
      svg('circle', {class: 'rnn-node rnn-out', cx: target, cy: Y(path[horizon - 1]), r: 5}),
      ...legend(left + 8, 36, [['measured', 'in', {}], ['forecast', 'out', {}]]),
    ]);
  }

  drawScores() {
    const width = this.bars.wide(), names = Object.keys(FORECASTERS), row = slim() ? 17 : 20;
    const scores = names.map(name => this.scoreOf(name)), most = Math.max(...scores);
    const digits = this.score === 'MASE' ? 2 : 1, left = 92, right = width - 44;
    const said = names.map((name, k) => `${name} ${fixed(scores[k], digits)}`).join(', ');
    const all = `${this.score}, ${this.horizon} years ahead, all origins`;
    this.bars.show(24 + row * names.length, `${all}: ${said}.`, [
      label(0, 13, all, {class: 'rnn-title'}),
      ...names.flatMap((name, k) => {
        const y = 22 + row * k, long = (right - left) * scores[k] / most, on = name === this.name;
        return [label(left - 8, y + row / 2 + 3, name, {class: 'rnn-end'}),
          svg('rect', {class: `rnn-dot ${on ? 'rnn-out' : 'rnn-gate'}`, opacity: on ? 1 : 0.5,
            x: left, y, width: long.toFixed(1), height: row - 5}),
          label(left + long + 5, y + row / 2 + 3, fixed(scores[k], digits), {class: 'rnn-left'})];
      })]);
  }

  drawWords() {
    this.text.textContent = this.words();
  }
}

define('rnn-forecast', Forecast);
