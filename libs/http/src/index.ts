export { serveHttp, type HttpOptions } from './serve-http.ts';
export { commonProblems, Problem, type InputError, type ProblemKind, type ProblemOptions } from './problem.ts';
export { problemOf, type ProblemPage } from './problem.filter.ts';
export { tellSpan } from './server-span.ts';
export { networksOf, type Networks } from './client-network.ts';
export { type Asked, NETWORK_FACTOR, type RateLimit } from './rate-limit.ts';
export { Markup, markup } from './markup.ts';
