import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { runsFolder } from '../machine/places.ts';
import { removeRunsFolderIfEmpty } from '../stack/run-folder.ts';
import type { Stack } from '../stack/stack.ts';
import { statusTable } from './screen.ts';

export const controls = ['status', 'start', 'stop', 'restart', 'kill', 'logs', 'catch-up'] as const;
export type Control = (typeof controls)[number];

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
    obey(running(), verb as Control, name, stopAll).then(
      (text) => response.writeHead(200).end(text),
      (error: Error) => response.writeHead(409).end(error.message),
    );
  });
  rmSync(socketPath(), { force: true }); // of a demo that was killed: whoever calls this has asked if one answers
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath(), resolve));
  return () => server.close();
}

async function obey(
  stack: Stack | undefined,
  verb: Control,
  name: string | undefined,
  stopAll: () => void,
): Promise<string> {
  if (verb === 'stop' && !name) {
    setImmediate(stopAll);
    return 'The demo is stopping.';
  }
  if (!stack) throw new Error('The demo is still starting.');
  if (verb !== 'status') {
    if (!name) throw new Error(`Which one? ${stack.names.join(', ')}`);
    if (verb === 'logs') return `${stack.logs(name)}\n\n${stack.logFile(name)}`;
    if (verb === 'catch-up') return stack.command(name, ['catch-up', '--since', 'first']);
    await stack[verb](name);
  }
  return statusTable(stack).join('\n');
}

/** Asks the running demo of this copy. Undefined when there is none. */
export function askRunningDemo(verb: Control, name?: string): Promise<{ ok: boolean; text: string } | undefined> {
  const path = `/${[verb, name]
    .filter(Boolean)
    .map((part) => encodeURIComponent(part ?? ''))
    .join('/')}`;
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socketPath(), path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ ok: response.statusCode === 200, text }));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      removeRunsFolderIfEmpty(); // asking has created it
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    call.end();
  });
}
