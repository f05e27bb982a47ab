import type { Verdict } from '@tributary/e2e';
import { type SituationName, situations } from './situations.ts';

/** What the ledger says after one situation. */
export interface Finding {
  situation: SituationName;
  accepted: number;
  verdict: Verdict;
}

export const inWords = ({ situation, accepted, verdict: { lost, doubled, unexpected } }: Finding) =>
  `${situations[situation].what}: accepted ${accepted}, lost ${lost} · doubled ${doubled} · unexpected ${unexpected}`;
