// A link to the glossary shows the definition of its term while it is pointed at or has the focus.
// The text is in the link (extensions/terms.py). Escape closes it; the pointer may go into it.
{
  const tip = document.createElement('div');
  tip.id = 'term';
  tip.setAttribute('role', 'tooltip');
  tip.hidden = true;
  document.body.append(tip);
  let link = null;
  let closing;

  const hide = () => {
    tip.hidden = true;
    link?.removeAttribute('aria-describedby');
    link = null;
  };
  const show = target => {
    clearTimeout(closing);
    if (target === link) return;
    hide();
    link = target;
    link.setAttribute('aria-describedby', tip.id);
    tip.textContent = link.dataset.term;
    tip.hidden = false;
    place();
  };
  const place = () => {
    if (!link) return;
    const at = link.getClientRects()[0];
    const width = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(8, Math.min(at.left, width - tip.offsetWidth - 8))}px`;
    const above = at.top - tip.offsetHeight - 6;
    tip.style.top = `${above > 60 ? above : at.bottom + 6}px`;
  };
  for (const target of document.querySelectorAll('a[data-term]')) {
    target.addEventListener('pointerenter', ({pointerType}) => {
      if (pointerType === 'mouse') show(target);
    });
    target.addEventListener('focus', () => show(target));
    target.addEventListener('blur', hide);
    target.addEventListener('pointerleave', () => { closing = setTimeout(hide, 200); });
  }
  tip.addEventListener('pointerenter', () => clearTimeout(closing));
  tip.addEventListener('pointerleave', hide);
  addEventListener('scroll', place, {passive: true});
  addEventListener('keydown', ({key}) => { if (key === 'Escape') hide(); });
}
