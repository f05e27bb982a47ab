import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

/** A fault that is no business of whoever signs up: every request is answered at once. Noted where one had to be sent again. */
export const unnoticed = (fault: Fault): Fault =>
  watched(fault, ({ accepted, repeated }, note) => {
    if (accepted === 0) note(`nobody signed up during ${fault.what}: nothing is proven`);
    for (const [why, times] of repeated) note(`signup answered "${why}" ${times} times during ${fault.what}`);
  });

/** A fault in which signup must say 503, and nothing else: neither another error nor silence. */
export const saidAs503 = (fault: Fault): Fault =>
  watched(fault, ({ repeated }, note) => {
    if (!repeated.some(([why]) => why === '503')) note(`signup never answered 503 during ${fault.what}`);
    for (const [why, times] of others(repeated))
      note(`signup answered "${why}" ${times} times during ${fault.what}, not 503`);
  });

/** A fault that may or may not reach whoever signs up: then as a 503. */
export const at503Most = (fault: Fault): Fault =>
  watched(fault, ({ repeated }, note) => {
    for (const [why, times] of others(repeated))
      note(`signup answered "${why}" ${times} times during ${fault.what}, not 503`);
  });

interface Answers {
  /** Signups accepted meanwhile. */
  accepted: number;
  /** Why requests had to be sent again meanwhile, and how often. */
  repeated: [why: string, times: number][];
}

const others = (repeated: Answers['repeated']) => repeated.filter(([why]) => why !== '503');

function watched(fault: Fault, judge: (answers: Answers, note: (problem: string) => void) => void): Fault {
  return {
    what: fault.what,
    async begin(target, note) {
      const before = answersOf(target);
      const end = await fault.begin(target, note);
      return async () => {
        judge(since(before, answersOf(target)), note);
        await end();
      };
    },
  };
}

const answersOf = ({ ledger: { accepted, repeats } }: Target) => ({
  accepted: accepted.length,
  repeats: { ...repeats },
});

const since = (before: ReturnType<typeof answersOf>, now: ReturnType<typeof answersOf>): Answers => ({
  accepted: now.accepted - before.accepted,
  repeated: Object.entries(now.repeats)
    .map(([why, times]): [string, number] => [why, times - (before.repeats[why] ?? 0)])
    .filter(([, times]) => times > 0),
});
