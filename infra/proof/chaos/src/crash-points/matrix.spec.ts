import { describe, expect, it } from '@jest/globals';
import { matrix } from './matrix.ts';
import { moments, type Outcome, uncovered } from './outcome.ts';

const outcome = (process: string, point: string, wrong?: string): Outcome => ({ process, point, nth: 1, wrong });

describe('the matrix', () => {
  it('has a row for everything that is done, and a dash where a process never does it', () => {
    const outcomes = [
      outcome('signup', 'before COMMIT'),
      outcome('signup', 'after COMMIT'),
      outcome('email', 'before COMMIT'),
      outcome('email', 'after COMMIT'),
      outcome('email', 'before sendMail'),
      outcome('email', 'after sendMail'),
      outcome('email-relay', 'before publish'),
    ];
    expect(matrix(['signup', 'email'], outcomes)).toEqual([
      ['dies before, after', 'signup', 'email'],
      ['COMMIT', '✓ ✓', '✓ ✓'],
      ['sendMail', '–', '✓ ✓'],
    ]);
  });

  it('says on which side something was lost, and which crash did not happen', () => {
    const outcomes = [
      outcome('email', 'before ack', 'lost 2, doubled 1'),
      outcome('email', 'after ack'),
      outcome('email', 'before INSERT mails', 'did not happen'),
      outcome('email', 'after INSERT mails', 'did not happen'),
    ];
    expect(matrix(['email'], outcomes).slice(1)).toEqual([
      ['ack', 'before: lost 2, doubled 1 · after: ✓'],
      ['INSERT mails', 'did not happen'],
    ]);
  });

  it('names the side where there is only one', () => {
    expect(matrix(['email'], [outcome('email', 'after receive')])[1]).toEqual(['after receive', '✓']);
  });
});

describe('the moments that have to be survived', () => {
  const all = Object.values(moments).map((point) => outcome('somebody', point));

  it('are covered when somebody died in each of them', () => {
    expect(uncovered(all)).toEqual([]);
  });

  it('are not when the crash did not happen, or was never tried', () => {
    const [first, , ...rest] = all as [Outcome, Outcome];
    expect(uncovered([{ ...first, wrong: 'did not happen' }, ...rest])).toEqual([
      'before commit',
      'after commit, before the response',
    ]);
  });
});
