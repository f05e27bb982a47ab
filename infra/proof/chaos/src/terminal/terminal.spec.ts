import { describe, expect, it } from '@jest/globals';
import type { Sample } from '../report/record.ts';
import type { Progress } from '../run/progress.ts';
import { most, rate, span } from './figures.ts';
import { figuresLine, liveLines } from './live-lines.ts';

const sample = (second: number, accepted: number, backlog = {}): Sample => ({
  atMs: second * 1_000,
  accepted,
  completed: accepted / 2,
  backlog,
  unpublished: { signup: 3 },
});
const samples = [sample(0, 0), sample(1, 20), sample(2, 60, { 'email.user.signed-up.v1': 42, 'email.retry.1000': 0 })];
const progress = (more: Partial<Progress> = {}): Progress => ({
  seed: 7,
  beganMs: 0,
  phase: '',
  begun: [
    { name: 'kill-signup', what: '' },
    { name: 'kill-email', what: 'SIGKILL email' },
  ],
  scenarios: 4,
  doing: () => ['SIGKILL email'],
  samples: () => samples,
  ...more,
});

describe('the live view', () => {
  it('says what is done to whom, how much comes in and goes out, what waits, how far it is and how to repeat it', () => {
    expect(liveLines(progress(), 65_000)).toEqual([
      'chaos  ████████░░░░░░░░░░░░░░░░░░░░░░  1 min 05 s   seed 7',
      'kill-email: SIGKILL email',
      '  now          SIGKILL email',
      '  accepted     60   30/s',
      '  welcomed     30   15/s',
      '  waiting      email.user.signed-up.v1 42',
      '  unpublished  signup 3',
    ]);
  });

  it('shows how much of a soak is over', () => {
    const [bar] = liveLines(progress({ scenarios: undefined, untilMs: 60_000 }), 30_000);
    expect(bar).toContain('█'.repeat(15) + '░'.repeat(15));
  });

  it('has something to say before there is anything', () => {
    const nothing = progress({ phase: 'starting', begun: [], samples: () => [], doing: () => [] });
    expect(liveLines(nothing, 0)).toContain('starting');
  });
});

describe('the line of figures', () => {
  it('is one line', () => {
    expect(figuresLine(progress())).toBe(
      'accepted 60 (30/s), welcomed 30 (15/s); waiting: email.user.signed-up.v1 42; unpublished: signup 3',
    );
  });
});

describe('figures', () => {
  it('are per second of the samples, whatever their distance', () => {
    expect(rate([sample(0, 0), sample(4, 100)], ({ accepted }) => accepted)).toBe(25);
    expect(rate([sample(0, 9)], ({ accepted }) => accepted)).toBe(0);
  });

  it('name the largest and sum up the rest', () => {
    expect(most({ a: 1, b: 3_000, c: 2, d: 0 }, 2)).toBe('b 3,000 · c 2 · others 1');
    expect(most({})).toBe('nothing');
  });

  it('tell a time in minutes when it is longer than one', () => {
    expect([span(0), span(59_400), span(61_000)]).toEqual(['0 s', '59 s', '1 min 01 s']);
  });
});
