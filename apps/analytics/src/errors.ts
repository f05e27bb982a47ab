import { Problem as HttpProblem, type ProblemKind, type ProblemOptions } from '@tributary/http';

/** Another process has moved the position since this one read it: two are reading, and this one has to begin again where the other is. */
export class StaleReader extends Error {
  override readonly name = 'StaleReader';
  readonly code = 'ANALYTICS_READER_STALE';
}

/** The log does not have everything any more that a rebuild would drop. */
export class LogTooShort extends Error {
  override readonly name = 'LogTooShort';
  readonly code = 'ANALYTICS_LOG_TOO_SHORT';
}

/** What a request can be told instead of an answer, beside what every service may answer. The code is the contract; titles may be reworded. */
const problems = {
  QUERY_INVALID: { status: 400, title: 'Some parameters need another look.' },
  JOURNEY_NOT_FOUND: { status: 404, title: 'No fact about this id has been read.' },
} as const satisfies Record<string, ProblemKind>;

/** An answer that is not the one hoped for. */
export class Problem extends HttpProblem {
  constructor(code: keyof typeof problems, options?: ProblemOptions) {
    super({ code, ...problems[code] }, options);
  }
}
