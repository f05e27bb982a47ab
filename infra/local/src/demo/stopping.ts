/** npm and the terminal both pass on the same Ctrl-C: what comes this soon after the first is the same one. */
const SAME_CTRL_C_MS = 700;

/**
 * Calls `first` for the first request to stop, whatever its source, and `again` for a later one. Returns the request
 * itself, for keys and commands that mean the same.
 */
export function onStopRequest(first: () => void, again: () => void): () => void {
  let asked = 0;
  const ask = () => {
    if (!asked) {
      asked = Date.now();
      first();
    } else if (Date.now() - asked > SAME_CTRL_C_MS) {
      again();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  process.on('disconnect', ask); // the bootstrap was killed
  return ask;
}
