// What <rnn-gates> alone must say: figures.test.mjs says how a case is read.
export const CASES = [
  {title: 'trained, it keeps the last marked number', says: ['Answer there: −0.60 (at the last']},
  {title: 'a forget gate of 1 keeps all of it', uses: [['keep']], says: ['the gates leave 100 %']},
  {title: 'a forget gate of 0.9 leaves 0.9 ** 35', uses: [['leak']], says: ['the gates leave 3 %']},
  {title: 'refuses what is no gate',
    refuses: [['f, forget, typed', '1', '-0.5', '2', 'open']]},
];
