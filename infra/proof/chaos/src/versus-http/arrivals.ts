import { random } from '@tributary/e2e';

/** Both systems get the same. Times are milliseconds since the first moment. */
export interface Course {
  /** Signups per second, on average. */
  perSecond: number;
  forMs: number;
  /** SIGKILL of workspace-provisioning, and its next start. */
  deadFromMs: number;
  deadToMs: number;
  /** After the start: what is not done by then, is not done. */
  lookAfterMs: number;
}

/** Somebody who is going to sign up. */
export interface Arrival {
  who: string;
  email: string;
  displayName: string;
  workspaceName: string;
  atMs: number;
}

/** Everybody by themselves, so in gusts rather than in step. The same seed gives the same people at the same moments. */
export function arrivals(seed: number, { perSecond, forMs }: Course): Arrival[] {
  const draw = random(seed);
  const people: Arrival[] = [];
  for (let atMs = 0; ;) {
    const share = (draw.below(1_000_000) + 1) / 1_000_000;
    atMs += (-Math.log(share) * 1000) / perSecond;
    if (atMs >= forMs) return people;
    const who = `${seed}-${String(people.length + 1).padStart(4, '0')}`;
    people.push({ who, email: `p${who}@example.com`, displayName: `Person ${who}`, workspaceName: 'Engines', atMs });
  }
}
