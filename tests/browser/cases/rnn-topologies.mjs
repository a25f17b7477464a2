// What <rnn-topologies> alone must say: figures.test.mjs says how a case is read.
export const CASES = [
  {title: 'zero units are refused in the words of Keras',
    uses: [['units', '0', /refuses layer 1: “.* expected a positive integer, got 0\./]]},
  {title: 'refuses what is no size', refuses: [
    ['time steps', '1', '0', '2.5', '-1', 'many', '1e9'], ['features', '1', '0'],
    ['units', '1', '-1', '1.5']]},
];
