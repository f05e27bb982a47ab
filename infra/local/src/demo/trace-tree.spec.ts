import { describe, expect, it } from '@jest/globals';
import type { Span } from './span-receiver.ts';
import { isWhole, traceTree } from './trace-tree.ts';

const span = (spanId: string, parentSpanId: string | undefined, start: number, failed = false): Span => ({
  traceId: 't',
  spanId,
  parentSpanId,
  name: spanId,
  service: 'signup',
  start,
  duration: 1.25,
  failed,
});

describe('a trace as a tree', () => {
  it('puts children below their parents, in the order of their start, whatever order they arrived in', () => {
    const tree = traceTree([
      span('late', 'root', 9),
      span('leaf', 'early', 5),
      span('early', 'root', 4),
      span('root', undefined, 2),
    ]);
    expect(tree).toEqual([
      'root        signup  +   0 ms      1.3 ms',
      '├─ early    signup  +   2 ms      1.3 ms',
      '│  └─ leaf  signup  +   3 ms      1.3 ms',
      '└─ late     signup  +   7 ms      1.3 ms',
    ]);
  });

  it('says which spans failed and which lost their parent', () => {
    const [root, orphan] = traceTree([span('root', undefined, 0, true), span('orphan', 'gone', 1)]);
    expect(root).toMatch(/failed$/);
    expect(orphan).toMatch(/^\(parent missing\) orphan/);
  });
});

describe('a trace is whole', () => {
  it('when it has one root and every parent', () => {
    expect(isWhole([span('root', undefined, 0), span('child', 'root', 1)])).toBe(true);
  });

  it('not when a parent is missing, when there are two roots, or when it is empty', () => {
    expect(isWhole([span('root', undefined, 0), span('child', 'gone', 1)])).toBe(false);
    expect(isWhole([span('root', undefined, 0), span('other', undefined, 1)])).toBe(false);
    expect(isWhole([])).toBe(false);
  });
});
