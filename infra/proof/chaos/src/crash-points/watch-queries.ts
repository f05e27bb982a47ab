import { deedOf } from './deed.ts';

/** Told of every point that the process passes. */
export type Passes = (point: string) => void;

type Query = (...args: unknown[]) => unknown;
type Result = { rowCount?: number | null };

/**
 * Watches every statement that goes to PostgreSQL, whoever sends it: `query` of `pg.Client` is where Prisma, the pool and the relay meet.
 * After means that the server has answered and the program does not know it yet.
 */
export function watchQueries(client: { query: Query }, passes: Passes): void {
  const query = client.query;
  /** Connections with a change that is not committed. A commit of nothing is no event: an idle relay makes several a second. */
  const changing = new WeakSet<object>();

  client.query = function (this: object, ...args: unknown[]): unknown {
    const text = textOf(args[0]);
    if (/^\s*BEGIN\b/i.test(text)) changing.delete(this);
    const deed = deedOf(text);
    if (!deed || (deed.kind === 'commit' && !changing.has(this))) return query.apply(this, args);
    if (deed.kind === 'change') changing.add(this);
    if (deed.kind === 'commit') changing.delete(this);
    // A lock holds somebody up only when there was something to lock.
    if (deed.kind !== 'lock') passes(`before ${deed.name}`);
    const answered = (result: Result) => {
      if (deed.kind !== 'lock' || result.rowCount) passes(`after ${deed.name}`);
    };

    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const told = (error: unknown, result: Result) => {
        if (!error) answered(result);
        callback(error, result);
      };
      return query.apply(this, [...args.slice(0, -1), told]);
    }
    const result = query.apply(this, args) as Promise<Result>;
    return result.then((it) => {
      answered(it);
      return it;
    });
  };
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return (statement as { text?: string } | undefined)?.text ?? '';
}
