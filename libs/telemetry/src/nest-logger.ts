import { logger } from './logger.ts';
import { maskText } from './mask-text.ts';

// Nest announces every module, route and controller at its normal level: 40 lines before the first one that matters.
const CHATTER = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's LoggerService over our loggers, one per Nest context: `NestFactory.create(AppModule, { logger: new NestLogger() })`. */
export class NestLogger {
  log(message: unknown, ...rest: unknown[]): void {
    write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    write('trace', message, rest);
  }
}

type Method = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Nest appends the context as the last text; before it may stand a stack (errors) or more values. */
function write(method: Method, message: unknown, rest: unknown[]): void {
  const context = typeof rest.at(-1) === 'string' && !isStack(rest.at(-1)) ? (rest.pop() as string) : 'nest';
  const log = logger(context);
  const level = method === 'info' && CHATTER.has(context) ? 'debug' : method;
  if (!log.isLevelEnabled(level)) return;
  const stack = rest.find(isStack);
  const err = message instanceof Error ? message : rest.find((value) => value instanceof Error);
  const details = rest.filter((value) => value !== stack && value !== err && value !== undefined);
  const fields = {
    ...(err !== undefined && { err }),
    ...(stack && !err && { stack: maskText(stack) }),
    ...(details.length > 0 && { details }),
  };
  if (typeof message === 'string') log[level](fields, maskText(message));
  else if (message instanceof Error) log[level](fields, message.name);
  else log[level]({ ...fields, message });
}

function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n\s+at /.test(value);
}
