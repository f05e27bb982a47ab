/** Where a process is to die: just before or just after the n-th time that it does something. */
export interface CrashPoint {
  /** `email-relay` */
  process: string;
  /** `before COMMIT`, `after sendMail`: the names that preload.ts gives. */
  point: string;
  /** From 1, since it was told to count. */
  nth: number;
}

/** `email dies after sendMail (2)` */
export const inWords = ({ process, point, nth }: CrashPoint) => `${process} dies ${point} (${nth})`;

/** To the process: count from now on. */
export const COUNT = 'SIGUSR2';

/** Lines that a process writes into its report; all others are points that it passed. */
export const COUNTING = 'counting';
export const dying = (point: string) => `dying ${point}`;

const PRELOAD = new URL('./preload.ts', import.meta.url);

/** What a process is started with: to die there, or without `crash` to write down every point that it passes. */
export const ordersFor = (report: string, crash?: Pick<CrashPoint, 'point' | 'nth'>): Record<string, string> => ({
  NODE_OPTIONS: `--import=${PRELOAD.href}`,
  CRASH_REPORT: report,
  ...(crash && { CRASH_AT: crash.point, CRASH_NTH: String(crash.nth) }),
});
