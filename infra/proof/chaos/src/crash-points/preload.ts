// Loaded by Node before the program of a service (`--import`), which knows nothing of it: it wraps what the program reaches the world
// through, counts what is done there from the signal on, and ends the process at the point it was given. What restarts afterwards runs
// with it too, but it only looks on until the next signal.
import { appendFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COUNT, COUNTING, dying } from './orders.ts';
import { watchChannels } from './watch-channels.ts';
import { watchQueries } from './watch-queries.ts';

const { CRASH_REPORT: report = '', CRASH_AT: at, CRASH_NTH: nth = '1' } = process.env;
const write = (line: string) => appendFileSync(report, `${line}\n`);
let counting = false;
let times = 0;

process.on(COUNT, () => {
  counting = true;
  write(COUNTING);
});

function passes(point: string): void {
  if (!counting) return;
  if (at === undefined) return write(point);
  if (point !== at || ++times !== Number(nth)) return;
  write(dying(point));
  process.kill(process.pid, 'SIGKILL');
}

// The packages as the program finds them: another copy of the same package would be wrapped in vain.
const program = pathToFileURL(process.argv[1] ?? '');
const require = createRequire(program);
const inside = (name: string, file: string) => join(dirname(findPackageJSON(name, program) ?? name), file);

watchQueries(require('pg').Client.prototype, passes);
watchChannels(require(inside('amqplib', 'lib/channel_model.js')), passes);

const { default: Mail } = await import(inside('nodemailer', 'dist/esm/mailer/index.js'));
const sendMail = Mail.prototype.sendMail;
Mail.prototype.sendMail = async function (...args: unknown[]) {
  passes('before sendMail');
  const taken = await sendMail.apply(this, args);
  passes('after sendMail');
  return taken;
};

const end = ServerResponse.prototype.end;
ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  const { method = '' } = this.req;
  const promises = ['POST', 'PUT', 'DELETE'].includes(method) && this.statusCode < 300;
  if (promises) {
    const answer = `${this.statusCode} to ${method}`;
    passes(`before ${answer}`);
    this.once('finish', () => passes(`after ${answer}`));
  }
  return Reflect.apply(end, this, args);
} as typeof end;
