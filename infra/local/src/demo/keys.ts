/** Keys one by one, without Enter, where there is a terminal. Returns how to give the terminal back. */
export function readKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const take = (chunk: Buffer) => [...chunk.toString()].forEach(onKey);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

export const CTRL_C = '\u0003';
