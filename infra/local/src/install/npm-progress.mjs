import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const SILENT_SECONDS = 15;

/**
 * Shows how long npm has been at it and what it said last, until the returned function is called.
 * @param {string} log where npm writes
 */
export function showProgress(log) {
  const { isTTY, columns } = process.stdout;
  const began = Date.now();
  let spokeAt = began;
  let size = 0;
  const show = () => {
    const { line, end } = lastLine(log);
    if (end !== size) [size, spokeAt] = [end, Date.now()];
    const text = progressLine({ seconds: since(began), silent: since(spokeAt), line, columns: isTTY ? columns : 120 });
    process.stdout.write(isTTY ? `\r${text}\u001b[K` : `${text}\n`);
  };
  const timer = setInterval(show, isTTY ? 1000 : 10_000);
  return () => {
    clearInterval(timer);
    show();
    if (isTTY) process.stdout.write('\n');
  };
}

/**
 * One line that fits the terminal.
 * @param {{ seconds: number, silent: number, line: string, columns: number | undefined }} progress `silent`: seconds since
 *   npm last said something; `line`: what that was
 */
export function progressLine({ seconds, silent, line, columns }) {
  const said = stripVTControlCharacters(line).replace(/^npm /, '') || 'nothing yet';
  const quiet = silent >= SILENT_SECONDS ? `silent for ${silent} s, last: ` : '';
  return `  npm ci: ${seconds} s  ${quiet}${said}`.slice(0, (columns || 80) - 1);
}

/**
 * The last line that tells how it goes. That the machine's Node is too old for a package does not matter: npm alone runs on it.
 * @param {string} text
 */
export function lastNews(text) {
  return text.split('\n').findLast((line) => line.trim() && !line.includes('EBADENGINE')) ?? '';
}

/** @param {number} time */
function since(time) {
  return Math.round((Date.now() - time) / 1000);
}

/** @param {string} file @returns {{ line: string, end: number }} its last news, and its size in bytes */
function lastLine(file) {
  const descriptor = openSync(file, 'r');
  try {
    const end = fstatSync(descriptor).size;
    const buffer = Buffer.alloc(Math.min(end, 4096));
    readSync(descriptor, buffer, 0, buffer.length, end - buffer.length);
    const whole = end > buffer.length ? buffer.subarray(buffer.indexOf('\n') + 1) : buffer;
    return { line: lastNews(whole.toString()), end };
  } finally {
    closeSync(descriptor);
  }
}
