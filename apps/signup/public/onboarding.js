import { expectStep, showStep } from './step.js';

const POLL_MS = { first: 1_000, longest: 10_000 };
/** A proxy may hold an event stream back without closing it: then we ask instead. */
const SILENCE_MS = 4_000;

/** Before there is anything to ask for: says so when the acceptance itself takes long. */
export function expectSteps(section) {
  section.querySelectorAll('[data-step]').forEach(expectStep);
}

/** Keeps the steps of `section` current: by server-sent events, by asking where those do not get through. */
export function watch(section) {
  const { statusUrl } = section.dataset;
  let stream;
  let silence;
  let asking = false;
  let over = false;

  const end = () => {
    over = true;
    stream?.close();
    clearTimeout(silence);
  };
  const show = (status) => {
    for (const item of section.querySelectorAll('[data-step]')) {
      showStep(
        item,
        status.steps.find(({ name }) => name === item.dataset.step),
      );
    }
    document.getElementById('otherNameForm').hidden = !status.links.workspaceName;
    if (status.settled) end();
  };
  const withdrawn = () => {
    end();
    section.querySelector('dialog').close();
    section.hidden = true;
    document.title = 'Withdrawn · Tributary';
    document.getElementById('withdrawn').hidden = false;
    document.getElementById('withdrawn-title').focus();
  };

  const ask = async (delay) => {
    if (over) return void (asking = false);
    try {
      const answer = await fetch(statusUrl, { headers: { accept: 'application/json' } });
      if (answer.ok) show(await answer.json());
      if (answer.status === 410) withdrawn();
    } catch {
      // No connection: the next attempt may have one.
    }
    setTimeout(ask, delay, Math.min(delay * 1.5, POLL_MS.longest));
  };
  const askInstead = () => {
    if (asking) return;
    asking = true;
    void ask(POLL_MS.first);
  };

  const follow = () => {
    end();
    over = false;
    stream = new EventSource(`${statusUrl}/events`);
    silence = setTimeout(askInstead, SILENCE_MS);
    stream.addEventListener('status', ({ data }) => {
      clearTimeout(silence);
      show(JSON.parse(data));
    });
    stream.addEventListener('withdrawn', withdrawn);
    // Closed for good (refused, or not an event stream); a connection that only broke is opened again by the browser.
    stream.addEventListener('error', ({ target }) => target.readyState === EventSource.CLOSED && !over && askInstead());
  };

  expectSteps(section);
  follow();
  return {
    withdrawn,
    /** After a change made here, which may have ended what was settled before. */
    lookAgain: (status) => {
      if (status) show(status);
      follow();
    },
  };
}
