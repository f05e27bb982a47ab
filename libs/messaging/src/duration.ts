const MS = { ms: 1, s: 1_000, m: 60_000 };
const DAY_MS = 86_400_000;

/** `500ms`, `10s` or `1m` in milliseconds. @returns undefined for anything else, for nothing, and for more than a day */
export function milliseconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,8})(ms|s|m)$/.exec(text) ?? [];
  const total = Number(count) * MS[unit as keyof typeof MS];
  return total >= 1 && total <= DAY_MS ? total : undefined;
}
