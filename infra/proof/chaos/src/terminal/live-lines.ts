import type { Progress } from '../run/progress.ts';
import { most, rate, span, whole } from './figures.ts';

const BAR = 30;

/** The live view: what is being done to whom, and how the system bears it. */
export function liveLines(progress: Progress, now = Date.now()): string[] {
  const { seed, beganMs, phase, begun } = progress;
  const samples = progress.samples();
  const last = samples.at(-1);
  const doing = progress.doing().join(', ');
  const scenario = begun.at(-1);
  return [
    `chaos  ${bar(shareOf(progress, now))}  ${span(now - beganMs)}   seed ${seed}`,
    phase || !scenario ? phase : `${scenario.name}: ${scenario.what}`,
    `  now          ${doing || 'nothing is done to the system'}`,
    `  accepted     ${whole(last?.accepted ?? 0)}   ${perSecond(rate(samples, ({ accepted }) => accepted))}`,
    `  welcomed     ${whole(last?.completed ?? 0)}   ${perSecond(rate(samples, ({ completed }) => completed))}`,
    `  waiting      ${most(last?.backlog ?? {})}`,
    `  unpublished  ${most(last?.unpublished ?? {})}`,
  ];
}

/** The same in one line, for whoever reads it afterwards. */
export function figuresLine(progress: Progress): string {
  const samples = progress.samples();
  const last = samples.at(-1);
  const accepted = `accepted ${whole(last?.accepted ?? 0)} (${perSecond(rate(samples, (it) => it.accepted, 10))})`;
  const welcomed = `welcomed ${whole(last?.completed ?? 0)} (${perSecond(rate(samples, (it) => it.completed, 10))})`;
  const waiting = `waiting: ${most(last?.backlog ?? {}, 2)}; unpublished: ${most(last?.unpublished ?? {}, 2)}`;
  return [progress.phase, `${accepted}, ${welcomed}`, waiting].filter(Boolean).join('; ');
}

/** 0 to 1. The last scenario counts when it is over. */
function shareOf({ beganMs, begun, scenarios, untilMs, phase }: Progress, now: number): number {
  if (begun.length === 0) return 0;
  if (phase) return 1;
  if (untilMs) return Math.min(1, (now - beganMs) / (untilMs - beganMs));
  return scenarios ? (begun.length - 1) / scenarios : 0;
}

const bar = (share: number) => '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
const perSecond = (figure: number) => `${figure.toFixed(0)}/s`;
