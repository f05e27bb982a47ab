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

/** Everything a request can be told instead of an answer. The code is the contract; titles may be reworded. */
export const problems = {
  QUERY_INVALID: { status: 400, title: 'Some parameters need another look.' },
  JOURNEY_NOT_FOUND: { status: 404, title: 'No fact about this id has been read.' },
  REQUEST_MALFORMED: { status: 400, title: 'The request could not be read.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests from your address.' },
  UNAVAILABLE: { status: 503, title: 'The database does not answer right now.' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** What is wrong with one query parameter. */
export interface ParameterError {
  parameter: string;
  detail: string;
}

interface ProblemOptions extends ErrorOptions {
  errors?: ParameterError[];
  retryAfterSeconds?: number;
}

/** Thrown anywhere below a controller, rendered by the problem filter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: ParameterError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(problems[code].title, options);
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** RFC 9457. */
  toJSON() {
    return {
      type: `urn:tributary:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: this.message,
      status: this.status,
      code: this.code,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
  }
}
