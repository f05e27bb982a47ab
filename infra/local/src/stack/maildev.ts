import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainEnvironment } from '../machine/command.ts';
import { freePorts } from '../machine/free-ports.ts';
import { repository } from '../machine/places.ts';
import type { RunFolder } from './run-folder.ts';
import { SupervisedProcess } from './supervised-process.ts';

export interface Mailbox {
  process: SupervisedProcess;
  /** smtp://host:port to send to. */
  smtpUrl: string;
  /** The web page; its API lists the mails at /api/email. */
  webUrl: string;
}

/** MailDev takes every mail and shows it on a page. Mails are kept in files, so that they survive a kill. */
export async function prepareMailbox(run: RunFolder, logs: string): Promise<Mailbox> {
  const [smtpPort = 0, webPort = 0] = await freePorts(2);
  const folder = run.folder('maildev');
  const guard = pathToFileURL(join(repository, 'infra/maildev/own-page-only.mjs')).href;
  const program = join(repository, 'node_modules/maildev/dist/bin/maildev.js');
  const smtp = ['--smtp', String(smtpPort), '--ip', '127.0.0.1'];
  const web = ['--web', String(webPort), '--web-ip', '127.0.0.1'];
  const webUrl = `http://127.0.0.1:${webPort}`;
  const spec = {
    name: 'maildev',
    command: process.execPath,
    args: ['--import', guard, program, ...smtp, ...web, '--mail-directory', join(folder, 'mails')],
    env: plainEnvironment(),
    cwd: folder, // it would read a configuration file from the current folder or any above
    logFile: join(logs, 'maildev.log'),
    stopSignal: 'SIGTERM' as const,
    stopWithinMs: 3000,
    ready: async () => (await fetch(`${webUrl}/api/email`)).ok,
    readyWithinMs: 30_000,
  };
  return { process: new SupervisedProcess(spec, run), smtpUrl: `smtp://127.0.0.1:${smtpPort}`, webUrl };
}
