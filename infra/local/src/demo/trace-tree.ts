import type { Span } from './span-receiver.ts';

/** One line per span, children below their parents in the order of their start, times since the first. */
export function traceTree(spans: Span[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId)).sort(byStart);
  const began = Math.min(...spans.map(({ start }) => start));
  const lines: { text: string; service: string; span: Span }[] = [];
  const add = (span: Span, lead: string, next: string) => {
    lines.push({ text: `${lead}${span.name}`, service: span.service, span });
    const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId).sort(byStart);
    children.forEach((child, index) => {
      const last = index === children.length - 1;
      add(child, `${next}${last ? '└─ ' : '├─ '}`, `${next}${last ? '   ' : '│  '}`);
    });
  };
  for (const root of roots) add(root, root.parentSpanId ? '(parent missing) ' : '', '');
  const width = Math.max(...lines.map(({ text }) => text.length));
  const names = Math.max(...lines.map(({ service }) => service.length));
  return lines.map(({ text, service, span }) => {
    const times = `+${(span.start - began).toFixed(0).padStart(4)} ms ${span.duration.toFixed(1).padStart(8)} ms`;
    return `${text.padEnd(width)}  ${service.padEnd(names)}  ${times}${span.failed ? '  failed' : ''}`;
  });
}

/** Whether every span's parent has arrived too, below a single root. */
export function isWhole(spans: Span[]): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
  return roots.length === 1 && spans.every(({ parentSpanId }) => !parentSpanId || ids.has(parentSpanId));
}

function byStart(a: Span, b: Span): number {
  return a.start - b.start;
}
