import type { RunVerdict } from './record.ts';

export const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });

/** `12.4 s`, `3 min 5 s` */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s`;
}

/** For an axis: `0:00`, `1:30` */
export const clock = (ms: number) =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

export const isClean = ({ lost, doubled, unexpected, lines }: RunVerdict) =>
  lost + doubled + unexpected + lines.length === 0;

export const inWords = ({ lost, doubled, unexpected }: RunVerdict) =>
  `lost ${lost} · doubled ${doubled} · unexpected ${unexpected}`;
