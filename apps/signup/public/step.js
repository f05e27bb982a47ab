const late = new WeakMap();

/** Says plainly when a step that is pending takes longer than usual. */
export function expectStep(item) {
  clearTimeout(late.get(item));
  const words = item.querySelector('.late');
  if (item.hidden || item.dataset.state !== 'pending') return void (words.hidden = true);
  const { lateAfterMs } = item.closest('[data-late-after-ms]').dataset;
  const show = () => (words.hidden = false);
  const left = lateAfterMs - item.dataset.waitedMs;
  words.hidden = left > 0;
  late.set(item, setTimeout(show, left));
}

/** @param step of the status; none: something else comes first */
export function showStep(item, step) {
  const text = item.querySelector('span');
  if (!step) item.hidden = true;
  else if (!item.hidden && item.dataset.state === step.state && text.textContent === step.text) return;
  else {
    item.hidden = false;
    item.dataset.state = step.state;
    text.textContent = step.text;
  }
  item.dataset.waitedMs = 0;
  expectStep(item);
}
