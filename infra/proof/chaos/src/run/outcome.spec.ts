import { describe, expect, it } from '@jest/globals';
import { emptyLedger, type Finding, type Verdict } from '@tributary/e2e';
import { scenarios } from '../scenarios/index.ts';
import { outcomesOf, totalOf } from './outcome.ts';
import type { Performance } from './perform.ts';

const signup = (who: string) => ({
  who,
  id: `id of ${who}`,
  key: '',
  address: '',
  displayName: '',
  names: ['Engines'],
});
const during = (name: string, seed: number, problems: string[] = []) => {
  const scenario = scenarios.find((it) => it.name === name);
  return { act: { scenario, seed }, fromMs: 0, toMs: 1, problems } as unknown as Performance;
};
const verdictOf = (...findings: Finding[]): Verdict => ({
  ...{ lost: 0, doubled: 0, unexpected: 0, extraCopies: 1, lines: [] },
  copied: [{ whose: 'id of 7001-0001', copies: 1 }],
  findings,
});

const ledger = () => ({
  ...emptyLedger(),
  accepted: [signup('7000-0001'), signup('7001-0001'), signup('7001-0001-again')],
});
const lost: Finding = { kind: 'lost', count: 2, line: 'lost a mail', whose: 'id of 7001-0001-again' };
const nobodys: Finding = { kind: 'unexpected', count: 1, line: 'a message', whose: '' };

describe('the outcome', () => {
  it('blames what is wrong on the scenario during which the person signed up', () => {
    const verdict = verdictOf(lost, nobodys);
    const [email, broker] = outcomesOf([during('kill-email', 7000), during('kill-broker', 7001)], ledger(), verdict);
    expect(email?.verdict).toEqual({ accepted: 1, lost: 0, doubled: 0, unexpected: 0, extraCopies: 0, lines: [] });
    expect(broker?.verdict).toMatchObject({ accepted: 2, lost: 2, extraCopies: 1, lines: ['lost a mail'] });
  });

  it('counts in total also what belongs to nobody', () => {
    const total = totalOf([during('kill-email', 7000)], ledger(), verdictOf(lost, nobodys));
    expect(total).toMatchObject({ accepted: 3, lost: 2, unexpected: 1, lines: ['lost a mail', 'a message'] });
  });

  it('is not clean when a fault noticed something, or signup did not know what had happened', () => {
    const told = during('kill-email', 7000, ['email took 12 s to end']);
    expect(outcomesOf([told], ledger(), verdictOf())[0]?.verdict).toMatchObject({ unexpected: 1 });
    expect(totalOf([told], { ...ledger(), repeats: { 503: 4, 500: 1 } }, verdictOf())).toMatchObject({
      unexpected: 2,
      lines: ['unexpected kill-email: email took 12 s to end', 'unexpected signup answered 500, 1 times'],
    });
  });
});
