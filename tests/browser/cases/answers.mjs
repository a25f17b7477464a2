// What is typed into the fields of fixtures/answers.html, and what they reply.
const NONSENSE = 'Give a number, or a list of numbers.';

export const STATES = [
  ['1, 0, 1, 0', 'Right: it flips.'],
  ['[1,0,1,0]', 'Right: it flips.'],
  ['1 0 1 0', 'Right: it flips.'],
  ['(1.0; +0; 1e0; -0)', 'Right: it flips.'],
  ['[[1, 0], [1, 0],]', 'Right: it flips.'],
  ['1/2, −1/4, 2 / 2, 1.', 'Halves <of> them.'],
  ['0,5; −0,25; 1; 1', 'Halves <of> them.'],
  ['0,5 -0,25 1,0 1', 'Halves <of> them.'],
  ['.5, -.25, 1.0000000001, 1', 'Halves <of> them.'],
  ['1, 2', 'Two are missing.'],
  ['1, 2, 3', 'Not yet.'],
  ['1, 0, 1, 0, 0', 'Not yet.'],
  ['', 'Not answered yet.'],
  ['   ', 'Not answered yet.'],
  ...['odd', '1, two', '1/0, 1, 1, 1', 'nan', '[]', 'alert(1)', '1..2', '--1', 'None', '1e999',
    '½x'].map(typed => [typed, NONSENSE]),
];

export const HALF = [
  ['0.5', 'Right: a half.'], ['0,5', 'Right: a half.'], ['1/2', 'Right: a half.'],
  ['[0.5]', 'Right: a half.'], ['1/3', 'A third.'], ['1', 'Not yet, but a number.'],
  ['1, 2, 3', 'Not yet, but a number.'], ['half', NONSENSE],
];
