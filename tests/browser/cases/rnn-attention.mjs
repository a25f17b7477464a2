// What <rnn-attention> alone must say: figures.test.mjs says how a case is read.
export const CASES = [
  {title: 'a small state mixes pairs up, attention keeps them and pays', uses: [
    ['end', undefined, 'Products for this step: state 160, attention 576.',
      /of \d+: state [12]?\d, attention 32/],
    ['writing', 'delta', 'Products for this step: state 240, attention 576.'],
    ['writing', 'add'],
    ['numbers in a key', '32', /of \d+: state 3\d, attention 32/]]},
];
