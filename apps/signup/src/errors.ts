import { commonProblems, Problem as HttpProblem, type ProblemKind, type ProblemOptions } from '@tributary/http';

/** Everything a request can be told when it is not accepted. The code is the contract; titles may be reworded. */
const problems = {
  ...commonProblems,
  SIGNUP_INVALID: { status: 422, title: 'Some fields need another look.' },
  SIGNUP_EMAIL_TAKEN: { status: 409, title: 'This address has already signed up.' },
  SIGNUP_NOT_FOUND: { status: 404, title: 'There is no such signup.' },
  SIGNUP_WITHDRAWN: { status: 410, title: 'This signup has been withdrawn.' },
  WORKSPACE_NAME_NOT_NEEDED: { status: 409, title: 'No other name is needed for this workspace.' },
  WORKSPACE_NAME_REFUSED: { status: 409, title: 'This is the name that could not be had. Choose another one.' },
  WORKSPACE_NAMES_EXHAUSTED: { status: 409, title: 'Too many names have been tried for this workspace.' },
  MANAGE_TOKEN_MISSING: { status: 401, title: 'Only the browser that signed up, or the manage token, can do this.' },
  MANAGE_TOKEN_WRONG: { status: 403, title: 'This manage token belongs to another signup, or to none.' },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    title:
      'An Idempotency-Key has 22 to 255 visible ASCII characters. Send random ones, such as a UUID: it is a secret.',
  },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another body.' },
  TOO_MANY_STREAMS: { status: 429, title: 'Too many open event streams.' },
} as const satisfies Record<string, ProblemKind>;

/** An answer that is not the one hoped for. */
export class Problem extends HttpProblem {
  constructor(code: keyof typeof problems, options?: ProblemOptions) {
    super({ code, ...problems[code] }, options);
  }
}
