// A list or menu that floats beside its control, in the browser's top layer, so that neither scrolling boxes nor dialogs clip it.

/** Shows `box` (an element with `popover="manual"`) beside `anchor` and keeps it there. Returns a function that hides it. */
export function float(box, anchor, { matchWidth = false, above = false } = {}) {
  const place = () => {
    const at = anchor.getBoundingClientRect();
    if (matchWidth) box.style.width = `${at.width}px`;
    const below = innerHeight - at.bottom - 12;
    const onTop = above || (below < Math.min(box.scrollHeight, 240) && at.top > below);
    box.style.maxHeight = `${Math.max(120, Math.min(320, onTop ? at.top - 12 : below))}px`;
    const size = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    box.style.top = `${onTop ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
  };
  box.showPopover();
  place();
  addEventListener('scroll', place, true);
  addEventListener('resize', place);
  return Object.assign(() => {
    removeEventListener('scroll', place, true);
    removeEventListener('resize', place);
    if (box.isConnected && box.matches(':popover-open')) box.hidePopover();
  }, { place });
}
