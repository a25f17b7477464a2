// Four things that a page of the book cannot do with a style sheet alone. A plain deferred script,
// because a browser refuses modules to a page that is opened straight from a folder.
{
  // A box that scrolls sideways (code, an equation, a table) is a stop for the keyboard, but only
  // while it does: on a wide screen nobody has to tab through every formula. And a display formula
  // that is wider than a phone becomes smaller first, down to two thirds.
  const BOXES = 'pre, div.math, .long-formula, .pst-scrollable-table-container, '
    + '.cell_output > .output, .jp-RenderedHTMLCommon';
  const fit = box => {
    const now = parseFloat(box.style.fontSize || 100) / 100;
    const width = box.firstElementChild.getBoundingClientRect().width / now;
    return Math.max(0.67, Math.min(1, Math.floor(100 * box.clientWidth / width) / 100));
  };
  const watcher = new ResizeObserver(entries => {
    // What is read is read before anything is written, so that the page is laid out once.
    const boxes = entries.map(({target: box}) => [box, box.scrollWidth > box.clientWidth,
      box.matches('div.math') && fit(box)]);
    requestAnimationFrame(() => {
      for (const [box, wide, size] of boxes) {
        if (size) box.style.fontSize = size < 1 ? `${100 * size}%` : '';
        if (wide) box.tabIndex = 0;
        else box.removeAttribute('tabindex');
      }
    });
  });
  document.querySelectorAll(BOXES).forEach(box => watcher.observe(box));

  // Paper cannot be unfolded: print with solutions and hidden cells open.
  let unfolded = [];
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll('details:not([open])')];
    unfolded.forEach(details => { details.open = true; });
  });
  addEventListener('afterprint', () => {
    unfolded.forEach(details => { details.open = false; });
  });

  // A formula that is copied arrives as the TeX that it was written in; what is folded, or is no
  // text of the chapter, stays behind.
  addEventListener('copy', event => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const copied = document.createElement('div');
    copied.append(selection.getRangeAt(0).cloneContents());
    const formulas = copied.querySelectorAll('math');
    if (!formulas.length) return;
    copied.querySelectorAll('details:not([open]) > :not(summary), .headerlink, button')
      .forEach(unread => unread.remove());
    event.clipboardData.setData('text/html', copied.innerHTML);
    for (const formula of formulas) {
      const tex = formula.querySelector('annotation')?.textContent.trim() ?? formula.textContent;
      formula.replaceWith(formula.hasAttribute('display') ? `\n$$${tex}$$\n` : `$${tex}$`);
    }
    event.clipboardData.setData('text/plain', copied.textContent);
    event.preventDefault();
  });
}
