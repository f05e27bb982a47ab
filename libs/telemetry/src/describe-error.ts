import { maskText } from './mask-text.ts';

/** An error as it is logged and traced. Only these fields: drivers hang rows and parameters on their errors. */
export interface ErrorDescription {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: ErrorDescription;
  /** The parts of an AggregateError, such as one refused connection per address. */
  errors?: ErrorDescription[];
}

/** Describes anything that was thrown, causes included, without addresses or credentials. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: maskText(thrownText(error)) };
  const { code } = error as { code?: unknown };
  const nested = depth < 5;
  return {
    type: error.name,
    message: maskText(error.message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.stack !== undefined && { stack: maskText(error.stack) }),
    ...(nested && error.cause !== undefined && { cause: describeError(error.cause, depth + 1) }),
    ...(nested &&
      error instanceof AggregateError && { errors: error.errors.map((part) => describeError(part, depth + 1)) }),
  };
}

// A thrown object may hold anything: only its message is asked for.
function thrownText(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { message } = thrown as { message?: unknown };
  return typeof message === 'string' ? message : Object.prototype.toString.call(thrown);
}
