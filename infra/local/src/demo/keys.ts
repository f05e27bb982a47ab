/** Keys one by one, without Enter, where there is a terminal. Returns how to give the terminal back. */
export function readKeys(onKey: (key: string) => boolean): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  // What follows a key without a meaning was most likely pasted: it is not obeyed.
  const take = (chunk: Buffer) => void keysOf(chunk.toString()).every(onKey);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

const ESCAPE = '\u001b';

/** A key that is no character, such as an arrow, comes as several: ESC first. */
export function keysOf(text: string): string[] {
  return text.startsWith(ESCAPE) ? [text] : [...text];
}

export const CTRL_C = '\u0003';

/** How a key is called in a sentence. */
export function nameOf(key: string): string {
  if (key.startsWith(ESCAPE)) return 'This key';
  if (key === '\r' || key === '\n') return 'Enter';
  return key < ' ' ? `Ctrl-${String.fromCharCode(key.charCodeAt(0) + 64)}` : `"${key}"`;
}

export function keyHelp(lastProcess: string): string {
  return `  1-${lastProcess}     kill that process (SIGKILL); again: start it
  s       status and addresses
  t       the trace of the last signup
  x       examples for curl
  ?       these keys
  Ctrl-C  stop everything, leave nothing

From another terminal: npm run demo -- --help`;
}
