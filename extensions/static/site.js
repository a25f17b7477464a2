// Three things that a page of the book cannot do with a style sheet alone. A plain deferred script,
// because a browser refuses modules to a page that is opened straight from a folder.
{
  // A box that scrolls sideways (code, an equation, a table) is a stop for the keyboard, but only
  // while it does: on a wide screen nobody has to tab through every formula.
  const BOXES = 'pre, div.math, .long-formula, .pst-scrollable-table-container';
  const watcher = new ResizeObserver(entries => {
    for (const {target: box} of entries) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    }
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
