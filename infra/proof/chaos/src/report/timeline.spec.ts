import { describe, expect, it } from '@jest/globals';
import { exampleRecord } from './record.fixture.ts';
import { timeline } from './timeline.ts';

const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

describe('the timeline', () => {
  const record = exampleRecord();
  const svg = String(timeline(record));

  it('draws accepted and completed, one area for each queue on which something waited, one line for each full outbox', () => {
    expect(count(svg, /<polyline/g)).toBe(3);
    expect(count(svg, /<polygon/g)).toBe(2);
    for (const name of ['accepted', 'completed', 'email.user.signed-up.v1', 'signup.mail.sent.v1']) {
      expect(svg).toContain(`>${name}</text>`);
    }
  });

  it('draws every fault twice: through all charts, and in the row of its name', () => {
    expect(count(svg, /class="outage"/g)).toBe(1);
    expect(count(svg, /class="instant"/g)).toBe(1);
    expect(count(svg, /class="fault"/g)).toBe(2);
    expect(svg).toContain('<title>SIGKILL email, at 20.0 s, for 10.0 s</title>');
  });

  it('draws an outage as long as it was', () => {
    const width = Number(/class="outage"[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
    const whole = 1160 - 264 - 24;
    expect(width).toBeCloseTo((whole * 10) / 60, 0);
  });

  it('says in words what it shows', () => {
    expect(svg).toMatch(/<desc[^>]*>In 1 min 0 s 3,000 signups were accepted and 2,950 completed,\s+while 2 faults/);
  });

  it('gives repeated faults one row', () => {
    const again = exampleRecord();
    again.marks.push({ fromMs: 50_000, what: 'SIGKILL email' });
    expect(count(String(timeline(again)), /text-anchor="end">SIGKILL/g)).toBe(2);
  });

  it('draws no number that is none when nothing was measured and nothing done', () => {
    const empty = String(timeline({ ...record, samples: [], marks: [], scenarios: [] }));
    expect(empty).not.toMatch(/NaN|Infinity|undefined/);
    expect(count(empty, /never any/g)).toBe(2);
  });
});
