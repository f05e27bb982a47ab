import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { runsFolder } from '../machine/places.ts';
import { removeRunsFolderIfEmpty } from '../stack/run-folder.ts';
import type { ProcessStatus, Stack, StackUrls } from '../stack/stack.ts';

export const controls = ['status', 'start', 'stop', 'restart', 'kill', 'logs', 'catch-up'] as const;
export type Control = (typeof controls)[number];

/** What a running demo says: a text, or how things are, for the terminal that asked to show in its own width. */
export interface Answer {
  ok: boolean;
  text?: string;
  processes?: ProcessStatus[];
  urls?: StackUrls;
}

/** Only the user who runs the demo can reach it: a socket in the folder of this copy's runs. */
function socketPath(): string {
  return join(runsFolder(), 'demo.sock');
}

/** Lets `npm run demo -- start email` in another terminal reach this demo. Returns how to close it. */
export async function listenForControls(running: () => Stack | undefined, stopAll: () => void): Promise<() => void> {
  const server = createServer((incoming, response) => {
    const [verb = '', name] = decodeURIComponent(incoming.url ?? '')
      .slice(1)
      .split('/');
    const tell = (answer: Answer) => response.end(JSON.stringify(answer));
    obey(running(), verb as Control, name, stopAll).then(
      (said) => tell({ ok: true, ...said }),
      (error: Error) => tell({ ok: false, text: error.message }),
    );
  });
  rmSync(socketPath(), { force: true }); // of a demo that was killed: the caller has asked if one answers
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath(), resolve));
  return () => {
    server.close(); // removes the socket, which has kept its folder
    removeRunsFolderIfEmpty();
  };
}

async function obey(
  stack: Stack | undefined,
  verb: Control,
  name: string | undefined,
  stopAll: () => void,
): Promise<Omit<Answer, 'ok'>> {
  if (verb === 'stop' && !name) {
    setImmediate(stopAll);
    return { text: 'The demo is stopping.' };
  }
  if (!stack) throw new Error('The demo is still starting.');
  if (verb === 'status') return { processes: stack.status(), urls: stack.urls };
  if (!name) throw new Error(`Which one? ${stack.names.join(', ')}`);
  if (verb === 'logs') return { text: `${stack.logs(name)}\n\n${stack.logFile(name)}` };
  if (verb === 'catch-up') return { text: await stack.command(name, ['catch-up', '--since', 'first']) };
  await stack[verb](name);
  return { processes: stack.status() };
}

/** Asks the running demo of this copy. Undefined when there is none. */
export function askRunningDemo(verb: Control, name?: string): Promise<Answer | undefined> {
  const path = `/${[verb, name]
    .filter(Boolean)
    .map((part) => encodeURIComponent(part ?? ''))
    .join('/')}`;
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socketPath(), path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text) as Answer));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') rmSync(socketPath(), { force: true }); // of a demo that was killed
      removeRunsFolderIfEmpty(); // asking has created it
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    call.end();
  });
}
