// What <rnn-feedback> alone must say: figures.test.mjs says how a case is read.

/** Forty states of h = tanh(w h + 3 x), with a pulse up at step 4 and one down at step 23. */
const unit = w => Array.from({length: 40}).reduce((states, _, t) =>
  [...states, Math.tanh(w * (states.at(-1) ?? 0) + 3 * ({3: 1, 22: -1}[t] ?? 0))], []);

export const CASES = [
  {title: 'forgets', uses: [['time step', 9]],
    says: ['step 9: input 0, state 0.028'], gives: [[f => [...f.h], unit(0.5), 1e-9]]},
  {title: 'holds a bit', uses: [['hold a bit'], ['time step', 40]],
    says: ['step 40: input 0, state −0.958', 'without input: −0.958, 0.000 (unstable), 0.958.'],
    gives: [[f => [...f.h], unit(2), 1e-9], [f => [f.h[21], f.h[39]], [0.9575, -0.9575], 1e-4]]},
  {title: 'oscillates', uses: [['oscillate']],
    gives: [[f => [...f.h], unit(-2), 1e-9], [f => [f.h[38], f.h[39]], [-0.9575, 0.9575], 1e-4]]},
  {title: 'decays slowly at the critical point', uses: [['critical point']],
    gives: [[f => [...f.h], unit(1), 1e-9], [f => f.h[21] > 0.2 && f.h[21] < f.h[10], true]]},
  {title: 'refuses what is no weight',
    refuses: [['w, feedback, typed', '1', 'two', '−5']]},
];
