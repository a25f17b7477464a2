// What <rnn-messages> alone must say: figures.test.mjs says how a case is read.
import {readFileSync} from 'node:fs';

/** The numbers that Keras gives for 48 messages, up to the mark that ends each. */
const MESSAGES = JSON.parse(readFileSync(new URL('../messages.json', import.meta.url), 'utf8'));
const END = 2;
const inKeras = ({logits, looks}) => {
  const last = logits.findIndex(row => row.indexOf(Math.max(...row)) === END);
  return logits.slice(0, last < 0 ? undefined : last + 1).map((row, k) => [row, looks[k]]);
};
/** In the page: the same numbers, of the figure. */
const numbers = (figure, messages) => messages.map(({words, mask}) => {
  Object.assign(figure, {words, masked: mask}).compute();
  return figure.written.map(({logits, look}) => [logits, look]);
});

const WORDS = 'a number in words';
const STAYS = /It stays “eight thousand three hundred fifteen”/;

export const CASES = [
  {title: 'every logit and attention weight is that of Keras',
    gives: [[numbers, MESSAGES.map(inKeras), 1e-4, MESSAGES]]},
  {title: 'refuses what the network cannot read', uses: [
    [WORDS, 'one million', /The network does not know “million”: it knows/, STAYS],
    [WORDS, 'ten and two', /has not learnt the word “and”: leave it out/, STAYS],
    [WORDS, ' ', /^Nothing is typed/m, STAYS],
    [WORDS, '-5', /does not know “-5”/, STAYS],
    [WORDS, '2.5', /does not know “2\.5”/, STAYS],
    [WORDS, '12345678', /too large: give a number below a million/, STAYS],
    [WORDS, 'one two three four five six seven eight nine',
      /These are 9 words: give at most 8/, STAYS],
    [WORDS, 'NaN', /does not know “nan”/, STAYS]],
  gives: [[f => f.field.value, 'eight thousand three hundred fifteen']]},
  {title: 'a good number takes the sentence away', uses: [[WORDS, 'two and'], [WORDS, 'two']],
    gives: [[f => [f.field.value, f.status.textContent], ['two', '']]]},
  ...[['Forty-Two', 'forty two', 42], [' 1,000 ', 'one thousand', 1000], ['0', 'zero', 0],
    ['seven hundred  five', 'seven hundred five', 705]].map(([typed, taken, value]) => ({
    title: `reads “${typed}”`, uses: [[WORDS, typed]],
    gives: [[f => [f.field.value, f.value, f.status.textContent], [taken, value, '']]]})),
  {title: 'says what it wrote, and when no number was learnt', uses: [
    ['end', undefined, /The network wrote 8315: right\./],
    [WORDS, 'ten thousand'],
    ['end', undefined, /wrote \d+; right would be 10000\./,
      /10000 is outside the trained numbers, 0 to 9999/],
    [WORDS, 'two two'],
    ['end', undefined, /The network wrote \d*\./,
      /These words are no number as the network learnt/],
  ]},
];
