/** Everything a request can be told when it is not accepted. The code is the contract; titles may be reworded. */
export const problems = {
  SIGNUP_INVALID: { status: 422, title: 'Some fields need another look.' },
  SIGNUP_EMAIL_TAKEN: { status: 409, title: 'This address has already signed up.' },
  SIGNUP_NOT_FOUND: { status: 404, title: 'There is no such signup.' },
  SIGNUP_WITHDRAWN: { status: 410, title: 'This signup has been withdrawn.' },
  WORKSPACE_NAME_NOT_NEEDED: { status: 409, title: 'No other name is needed for this workspace.' },
  WORKSPACE_NAME_REFUSED: { status: 409, title: 'This is the name that could not be had. Choose another one.' },
  WORKSPACE_NAMES_EXHAUSTED: { status: 409, title: 'Too many names have been tried for this workspace.' },
  MANAGE_TOKEN_MISSING: { status: 401, title: 'Only the browser that signed up, or the manage token, can do this.' },
  MANAGE_TOKEN_WRONG: { status: 403, title: 'This manage token belongs to another signup, or to none.' },
  CROSS_SITE: { status: 403, title: 'This form was not sent from our own page.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'An Idempotency-Key has 1 to 255 visible ASCII characters.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another body.' },
  REQUEST_MALFORMED: { status: 400, title: 'The request could not be read.' },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'Send application/json.' },
  REQUEST_TOO_LARGE: { status: 413, title: 'The request is too large.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests from your address.' },
  TOO_MANY_STREAMS: { status: 429, title: 'Too many open event streams.' },
  UNAVAILABLE: { status: 503, title: 'We cannot take this right now. Nothing is promised; repeat it a little later.' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** What is wrong with one field of the body. */
export interface FieldError {
  field: string;
  detail: string;
}

interface ProblemOptions extends ErrorOptions {
  errors?: FieldError[];
  retryAfterSeconds?: number;
}

/** An answer that is not the one hoped for: thrown anywhere below a controller, rendered by the problem filter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: FieldError[];
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

  /** RFC 9457, with a JSON pointer (RFC 6901) per offending field. */
  toJSON() {
    return {
      type: `urn:tributary:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: this.message,
      status: this.status,
      code: this.code,
      ...(this.errors.length > 0 && {
        errors: this.errors.map(({ field, detail }) => ({ pointer: `#/${field}`, detail })),
      }),
    };
  }
}
