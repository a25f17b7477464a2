// What slides need beyond reveal.js: light or dark, letters as large as fit, and figures that move
// as large as fit, with the keys that move them. A plain script, which works from a folder on disk.
{
  const root = document.documentElement;
  const paper = /print-pdf/.test(location.search);
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen;
  const paint = () => {
    root.dataset.theme = paper ? 'light' : chosen ?? (system.matches ? 'dark' : 'light');
  };
  paint();
  system.addEventListener('change', paint);

  /** The first of some sizes with which what a slide shows fits, or the last. */
  const fit = (slide, sizes, take) => sizes.find(size => {
    take(size);
    const box = slide.querySelector('.main');
    return box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight;
  });
  const sizes = (from, to, step) =>
    Array.from({length: (from - to) / step + 1}, (_, i) => from - i * step);

  /**
   * Put the controls of a figure beside its pictures, and make both as large as fit. Its words stand
   * below the pictures, or below the controls if all becomes larger there.
   */
  function stage(slide, live) {
    const figure = slide.querySelector('.rnn-on');
    const parts = [...live.children];
    const [side, main] = [0, 1].map(() => live.appendChild(document.createElement('div')));
    live.querySelectorAll('details').forEach(details => { details.open = false; });
    const arrange = aside => {
      for (const part of parts) {
        const controls = !part.matches('details, .rnn-grid2')
          && part.querySelector('button, input, select');
        (controls || aside && part.matches('p') ? side : main).append(part);
      }
      side.className = main.className = '';
      return Math.min(...[side, main].map(part => {
        part.className = 'fitted';
        return fit(slide, sizes(1.7, 0.8, 0.05), zoom => {
          part.style.zoom = zoom;
          figure.draw();
        }) ?? 0;
      }));
    };
    if (arrange(true) <= arrange(false)) return;
    arrange(true);
  }

  const slides = document.querySelectorAll('.slides > section');
  for (const slide of document.querySelectorAll('.live')) {
    const figure = slide.querySelector('[data-prevent-swipe]');
    if (paper) { // which shows the drawing that the figure stands for
      figure.replaceWith(...figure.children);
      slide.classList.remove('live');
      continue;
    }
    new MutationObserver((_, observer) => {
      const live = slide.querySelector('.rnn-drawn');
      if (!live) return;
      observer.disconnect();
      stage(slide, live);
    }).observe(slide, {subtree: true, attributeFilter: ['class']});
    // Keys move what has the focus; those of a remote turn pages everywhere.
    figure.addEventListener('keydown', event => {
      if (!/^(PageUp|PageDown|Escape)$/.test(event.key)) return;
      event.preventDefault();
      document.activeElement.blur();
      if (event.key === 'PageDown') Reveal.next();
      if (event.key === 'PageUp') Reveal.prev();
    });
  }

  // Laid out now, all slides ask for their pictures and fonts: what is measured then is true. (With
  // this class reveal.css leaves paper alone.)
  root.classList.add(paper ? 'print-pdf' : 'measured');
  addEventListener('load', async () => {
    for (const slide of slides) {
      if (slide.matches('.live')) continue;
      const grow = () => fit(slide, sizes(44, 28, 2), size => {
        slide.style.fontSize = `${size}px`;
      });
      if (grow() || slide.matches('.words')) continue;
      slide.querySelector('.finding')?.remove(); // what a result says is in the notes as well
      grow();
    }
    root.classList.remove('measured');
    if (paper || !slides.length) return; // paper needs no reveal.js, the list of slides neither
    await Reveal.initialize({
      width: 1280, height: 720, margin: 0, center: false, display: 'flex', hash: true,
      controls: false, slideNumber: 'c/t', transition: 'none', plugins: [RevealNotes],
      keyboardCondition: event => !event.target.closest('[data-prevent-swipe]'),
    });
    Reveal.addKeyBinding({keyCode: 68, key: 'D', description: 'Dark or light'}, () => {
      chosen = root.dataset.theme === 'dark' ? 'light' : 'dark';
      paint();
    });
  });
}
