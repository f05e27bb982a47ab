/** What an answer that is not the one hoped for says. The code is the contract; titles may be reworded. */
export interface ProblemKind {
  status: number;
  title: string;
}

/** What every service may answer; each adds its own in its `errors.ts`. */
export const commonProblems = {
  REQUEST_MALFORMED: { status: 400, title: 'The request could not be read.' },
  TEXT_NOT_UTF8: { status: 400, title: 'The text of the request is not valid UTF-8.' },
  REQUEST_TOO_SLOW: { status: 408, title: 'The request took too long to arrive.' },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'Send application/json.' },
  CHARSET_UNSUPPORTED: { status: 415, title: 'Send the request in UTF-8.' },
  REQUEST_TOO_LARGE: { status: 413, title: 'The request is too large.' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers of the request are too large.' },
  CROSS_SITE: { status: 403, title: 'This form was not sent from our own page.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests from your address.' },
  UNAVAILABLE: {
    status: 503,
    title: 'We cannot answer this right now. Nothing is promised; repeat it a little later.',
  },
  INTERNAL: { status: 500, title: 'Something went wrong on our side.' },
} as const satisfies Record<string, ProblemKind>;

/** What is wrong with one field of the body, or one parameter of the query. */
export interface InputError {
  field?: string;
  parameter?: string;
  detail: string;
}

export interface ProblemOptions extends ErrorOptions {
  errors?: InputError[];
  retryAfterSeconds?: number;
}

/** Thrown anywhere below a controller, rendered by the problem filter. A service derives its own, which takes its codes. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly errors: InputError[];
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, status, title }: ProblemKind & { code: string }, options: ProblemOptions = {}) {
    super(title, options);
    this.code = code;
    this.status = status;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  static common(code: keyof typeof commonProblems, options?: ProblemOptions): Problem {
    return new Problem({ code, ...commonProblems[code] }, options);
  }

  /** RFC 9457, with a JSON pointer (RFC 6901) per offending field. */
  toJSON() {
    return {
      type: `urn:tributary:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: this.message,
      status: this.status,
      code: this.code,
      ...(this.errors.length > 0 && {
        errors: this.errors.map(({ field, ...rest }) => ({ ...(field && { pointer: `#/${field}` }), ...rest })),
      }),
    };
  }
}
