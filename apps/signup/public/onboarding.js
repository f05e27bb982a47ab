const POLL_MS = { first: 1_000, longest: 10_000 };
/** A proxy may hold an event stream back without closing it: then we ask instead. */
const SILENCE_MS = 4_000;

/** Keeps the steps of `section` current: by server-sent events, by asking where those do not get through. */
export function watch(section) {
  const { statusUrl, waitedMs, lateAfterMs } = section.dataset;
  const late = section.querySelector('.late');
  const lateTimer = setTimeout(() => (late.hidden = false), Math.max(0, lateAfterMs - waitedMs));
  let asking = false;
  let settled = false;

  const show = (status) => {
    status.steps.forEach((step) => showStep(section, step));
    settled = status.settled;
    if (!settled) return;
    stream.close();
    clearTimeout(lateTimer);
    clearTimeout(silence);
    late.hidden = true;
  };

  const ask = async (delay) => {
    if (settled) return;
    try {
      const answer = await fetch(statusUrl, { headers: { accept: 'application/json' } });
      if (answer.ok) show(await answer.json());
    } catch {
      // No connection: the next attempt may have one.
    }
    if (!settled) setTimeout(ask, delay, Math.min(delay * 1.5, POLL_MS.longest));
  };
  const askInstead = () => {
    if (asking) return;
    asking = true;
    void ask(POLL_MS.first);
  };

  const stream = new EventSource(`${statusUrl}/events`);
  const silence = setTimeout(askInstead, SILENCE_MS);
  stream.addEventListener('status', ({ data }) => {
    clearTimeout(silence);
    show(JSON.parse(data));
  });
  // Closed for good (refused, or not an event stream); a connection that only broke is opened again by the browser.
  stream.addEventListener('error', () => stream.readyState === EventSource.CLOSED && askInstead());
}

function showStep(section, { name, state, text }) {
  const item = section.querySelector(`[data-step="${name}"]`);
  if (!item || item.dataset.state === state) return;
  item.dataset.state = state;
  item.querySelector('span').textContent = text;
}
