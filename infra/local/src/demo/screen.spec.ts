import { describe, expect, it } from '@jest/globals';
import type { ProcessStatus, StackUrls } from '../stack/stack.ts';
import { changeLine, examples, pages, statusTable, welcome } from './screen.ts';

const terminal = (columns: number) => ({ columns, paint: (_: string, text: string) => text });
const widest = (text: string) => Math.max(...text.split('\n').map(({ length }) => length));

const process = (name: string, state: ProcessStatus['state'], more: Partial<ProcessStatus> = {}): ProcessStatus => ({
  name,
  state,
  pid: state === 'down' || state === 'stopped' ? undefined : 4_194_304,
  forMs: 3_599_000,
  ended: undefined,
  problem: undefined,
  ...more,
});
const processes = [
  process('rabbitmq', 'up', { forMs: 61_000 }),
  process('email', 'down', { ended: 'ended by SIGKILL', forMs: 4_000 }),
  process('signup-relay', 'not ready', { problem: 'the broker takes no messages at the moment', forMs: 7_200_000 }),
  process('workspace-provisioning-relay', 'stopping'),
];

const urls: StackUrls = {
  services: { signup: 'http://127.0.0.1:31577', analytics: 'http://127.0.0.1:25015' },
  mail: 'http://127.0.0.1:20567',
  smtp: '',
  amqp: '',
  management: 'http://setup:e8b48a4d32363c57227e24cb@127.0.0.1:24432',
  database: '',
  trace: '',
};

describe('the table of processes', () => {
  it('fits sixty columns, whatever state they are in', () => {
    const table = statusTable(processes, terminal(60));
    expect(`\n${table}`).toBe(`
 1  rabbitmq                      up        4194304   1 min
 2  email                         DOWN      SIGKILL     4 s
 3  signup-relay                  not ready 4194304     2 h
      the broker takes no messages at the moment
 4  workspace-provisioning-relay  stopping  4194304  59 min`);
    expect(widest(table)).toBeLessThanOrEqual(60);
  });

  it('says more where there is room', () => {
    const table = statusTable(processes, terminal(80));
    expect(table.split('\n').slice(0, 2)).toEqual([
      '  1  rabbitmq                      up         pid 4194304         1 min 1 s',
      '  2  email                         DOWN       ended by SIGKILL          4 s',
    ]);
    expect(widest(table)).toBeLessThanOrEqual(80);
  });

  it('shows what is down in another colour than what is up', () => {
    const colours: string[] = [];
    statusTable(processes, { columns: 60, paint: (colour, text) => (colours.push(`${text.trim()} ${colour}`), text) });
    expect(colours).toEqual(['up green', 'DOWN red', 'not ready yellow', 'stopping yellow']);
  });
});

describe('a change', () => {
  it.each([
    [processes[0], '  rabbitmq up, pid 4194304'],
    [processes[1], '  email DOWN (SIGKILL): 6 starts it'],
    [processes[2], '  signup-relay not ready: the broker takes no messages at the moment'],
    [process('email', 'down', { ended: 'ended with code 1' }), '  email DOWN (code 1): 6 starts it'],
    [process('email', 'stopped'), '  email stopped: 6 starts it'],
    [process('email', 'starting'), '  email starting'],
  ])('is one sentence (%#)', (status, line) => {
    expect(changeLine(status as ProcessStatus, '6', terminal(60))).toBe(line);
  });
});

describe('the addresses', () => {
  it('are led by the page to open first', () => {
    expect(welcome(urls, 24.4, terminal(60))).toMatch(/^\nReady in 24 s\. .*sign up:\n\n {2}Sign up +http:\S+:31577\n/);
  });

  it('name the login of RabbitMQ', () => {
    expect(pages(urls)).toContain('setup, password e8b48a4d32363c57227e24cb');
  });

  it('and the commands to copy fit sixty columns', () => {
    expect(widest(welcome(urls, 24.4, terminal(60)))).toBeLessThanOrEqual(60);
    expect(widest(examples(urls))).toBeLessThanOrEqual(60);
  });

  it('and the commands to copy hold JSON', () => {
    const bodies = [...examples(urls).matchAll(/-d '(.*?)'/gs)].map(([, body = '']) => JSON.parse(body) as object);
    expect(bodies).toContainEqual({ email: 'ada@example.com', displayName: 'Ada Lovelace', workspaceName: 'Engines' });
    expect(bodies).toHaveLength(3);
  });
});
