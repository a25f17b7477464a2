// What <rnn-sampler> alone must say: figures.test.mjs says how a case is read.
import {readFileSync} from 'node:fs';

/** The numbers that Keras gives after some beginnings; and, in the page, those of the figure. */
const TEXTS = JSON.parse(readFileSync(new URL('../sampler.json', import.meta.url), 'utf8'));
const logits = (figure, texts) => texts.map(({name, tokens}) => {
  Object.assign(figure, {kind: name, start: tokens, count: 0}).compute();
  return figure.logits;
});

/** In the page: the sum of the probabilities and how many are left, by temperature and by cut. */
const cuts = figure => [0.1, 1, 2].flatMap(heat => ['1', '5'].map(keep => {
  Object.assign(figure, {heat, keep}).compute();
  return [figure.p.reduce((a, b) => a + b, 0), figure.p.filter(Boolean).length];
}));

/** In the page: the bits a word of its own text. */
const bits = figure => {
  figure.more(150);
  const mean = figure.bits.reduce((a, b) => a + b, 0) / figure.bits.length;
  return mean > 1.3 && mean < 2.5;
};

const THIRTY = [['network of', 'characters'], ['write 10'], ['write 10'], ['write 10']];
const [FIRST, STAYS] = ['beginning', /It stays “the electrons near the muon”/];

export const CASES = [
  {title: 'every logit is that of Keras',
    gives: [[logits, TEXTS.map(each => each.logits), 1e-4, TEXTS]]},
  {title: 'goes on from its beginning', uses: THIRTY,
    gives: [[f => f.text.textContent.startsWith('alice '), true],
      [f => f.text.textContent.length, 36]]},
  {title: 'a seed writes the same text again, another one another', uses: THIRTY, gives: [
    [f => {
      const write = seed => Object.assign(f, {seed}).compute() ?? f.written.join('');
      const [first, other, again] = [0, 5, 0].map(write);
      return [first === again, first === other];
    }, [true, false]]]},
  {title: 'what is cut to the likeliest is sure', uses: [['keep', '1'], ['write 1']],
    gives: [[f => [f.p[f.next], f.p.filter(Boolean).length], [1, 1]]]},
  {title: 'probabilities add up to one at any temperature and cut',
    gives: [[cuts, [[1, 1], [1, 5], [1, 1], [1, 5], [1, 1], [1, 5]], 1e-9]]},
  {title: 'finds its own text likely', gives: [[bits, true]]},
  {title: 'refuses what is no seed', refuses: [['seed', '1', '-1', '2.5', 'x', '1e9', '']]},
  {title: 'refuses what the network cannot read', uses: [
    [FIRST, 'the cat', /^The network does not know “cat”/m, STAYS],
    [FIRST, ' ', /^Nothing is typed/m, STAYS],
    [FIRST, 'the '.repeat(61), /^These are 61 words: give at most 60/m, STAYS],
  ], gives: [[f => f.field.value, 'the electrons near the muon']]},
  {title: 'reads capitals', uses: [[FIRST, 'two cats'], [FIRST, 'The Photons near the']],
    gives: [[f => [f.field.value, f.status.textContent], ['the photons near the', '']]]},
];
