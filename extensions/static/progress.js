// What a reader has read and answered, kept in this browser alone: sections whose end was on the
// screen, and questions whose right reply was opened. The first page shows it on each card, a
// chapter below its quiz, and one button forgets it.
{
  const KEY = 'rnn-book-progress';
  const page = location.pathname.split('/').pop().replace('.html', '') || 'index';
  const load = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const save = all => {
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* the reader refuses to store */ }
  };
  const said = ({read, sections, right, questions}) => `${read.length} of ${sections} sections read, `
    + `${right.length} of ${questions} questions answered`;

  const line = document.createElement('p');
  line.className = 'kept';
  const forget = document.createElement('button');
  forget.textContent = 'Forget what I have read';

  const quiz = document.getElementById('quiz');
  const sections = [...document.querySelectorAll('main section > section[id]')]
    .filter(section => section.querySelector(':scope > h2'));
  if (quiz) chapter();
  else if (document.querySelector('.card-of-chapter')) firstPage();

  function chapter() {
    const replies = new Map();
    let number = null;
    for (const part of quiz.children) {
      const question = /^(\d+)\./.exec(part.querySelector(':scope > strong')?.textContent);
      if (question) number = Number(question[1]);
      if (part.matches('details') && part.querySelector('p')?.textContent.startsWith('Right.')) {
        replies.set(part, number);
      }
    }
    const note = (list, item) => {
      const all = load();
      const mine = {read: [], right: [], ...all[page], sections: sections.length,
        questions: replies.size};
      if (item && !mine[list].includes(item)) mine[list].push(item);
      if (item) save({...all, [page]: mine});
      line.replaceChildren(...(mine.read.length + mine.right.length
        ? [`In this browser: ${said(mine)}. `, forget]
        : ['Nothing is noted here yet: what you read and answer will be, in this browser alone.']));
    };
    const seen = new IntersectionObserver(entries => {
      for (const {isIntersecting, target} of entries) {
        if (isIntersecting) note('read', target.closest('section').id);
      }
    });
    for (const section of sections) {
      const parts = [...section.children].filter(part => !part.matches('section'));
      seen.observe(parts.at(-1));
    }
    quiz.addEventListener('toggle', ({target}) => {
      if (target.open && replies.has(target)) note('right', replies.get(target));
    }, true);
    forget.addEventListener('click', () => {
      const {[page]: mine, ...others} = load();
      save(others);
      note();
    });
    quiz.append(line);
    note();
  }

  function firstPage() {
    const all = load();
    const cards = [...document.querySelectorAll('.card-of-chapter')];
    for (const card of cards) {
      const name = card.querySelector('a').getAttribute('href').split('/').pop().split('.')[0];
      if (!all[name]) continue;
      const words = document.createElement('span');
      words.className = 'noted';
      words.textContent = ` · ${said(all[name])}`;
      card.querySelector('.minutes').append(words);
    }
    if (!Object.keys(all).length) return;
    line.append('What you have read is noted in this browser alone. ', forget);
    cards.at(-1).parentElement.after(line);
    forget.addEventListener('click', () => {
      save({});
      document.querySelectorAll('.noted').forEach(words => words.remove());
      line.remove();
    });
  }
}
