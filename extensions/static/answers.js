// An answer field in the place of each cell that asks for numbers (extensions/answers.py): it takes
// what a reader types, looks it up in the table of replies that stands in the page, and replies as
// the check in the notebook does. A plain script, so that it works from a folder on disk as well.
{
  const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+\.?\d*))?$/i;
  const NONSENSE = 'Give a number, or a list of numbers.';

  /** One number, also as a fraction or with a decimal comma; NaN if it is none. */
  const number = text => {
    const found = NUMBER.exec(text.replace(',', '.'));
    return found ? Number((found[1] / (found[2] ?? 1)).toFixed(6)) : NaN;
  };

  /** The numbers of an answer. A comma separates, unless it must be a decimal one to give count. */
  const numbers = (answer, count) => {
    const text = answer.replaceAll('−', '-').replace(/ *\/ */g, '/').replace(/[[\](){}]/g, ' ');
    const [apart, joined] = [/[\s,;]+/, /[\s;]+/].map(separator =>
      text.split(separator).filter(Boolean).map(number));
    const decimal = apart.length !== count && joined.length === count && !joined.some(isNaN);
    return decimal ? joined : apart;
  };

  /** What a table keeps for numbers: in the student's version their count and checksum (CRC-32). */
  const key = numbers => {
    let sum = -1;
    for (const letter of numbers.map(value => value.toFixed(6)).join()) {
      sum ^= letter.charCodeAt();
      for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 && 0xedb88320);
    }
    return `${numbers.length}-${(~sum >>> 0).toString(16).padStart(8, '0')}`;
  };

  const reply = (answer, {replies, otherwise}) => {
    if (!answer.trim()) return 'Not answered yet.';
    const [first] = replies[0];
    const given = numbers(answer, typeof first === 'string' ? parseInt(first, 10) : first.length);
    if (!given.length || !given.every(Number.isFinite)) return NONSENSE;
    const found = replies.find(([row]) => (typeof row === 'string' ? row : key(row)) === key(given));
    return found ? found[1] : otherwise;
  };

  const make = (tag, attributes, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };

  document.querySelectorAll('.answer').forEach((place, count) => {
    const table = JSON.parse(place.querySelector('script').textContent);
    const id = `answer-${count + 1}`;
    const input = make('input', {id, type: 'text', autocomplete: 'off', spellcheck: false});
    const said = make('p', {role: 'status'});
    place.append(make('form', {
      onsubmit: event => {
        event.preventDefault();
        said.textContent = reply(input.value, table);
        said.classList.toggle('right', said.textContent.startsWith('Right'));
      },
    }, make('label', {htmlFor: id}, table.label), input, make('button', {}, 'Check'), said));
    place.previousElementSibling.classList.add('answered');
  });
}
