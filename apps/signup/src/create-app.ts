import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Asked, type ProblemPage, serveHttp } from '@tributary/http';
import type { EventConsumer } from '@tributary/messaging';
import type pg from 'pg';
import type { Config } from './config.ts';
import { problemPage } from './page/layout.ts';
import { SignupModule } from './signup.module.ts';

/** Takes signups over HTTP when this returns, and hears facts once microservices are started. */
export function createApp(config: Config, strategy: EventConsumer, pool: pg.Pool): Promise<NestFastifyApplication> {
  return serveHttp(SignupModule.with(config, pool), strategy, {
    host: config.HOST,
    port: config.PORT,
    assets: new URL('../public/', import.meta.url),
    scripts: true,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    trustedProxies: config.TRUSTED_PROXIES,
    rateLimit: (asked) => ({ name: limitOf(asked), perMinute: config[limitOf(asked)] }),
    problemPage: pageForPeople,
  });
}

/** Each has a count of its own: whoever wants to leave is not held up by those of the same network who sign up. */
function limitOf({ method, route }: Asked) {
  if (!['POST', 'PUT', 'DELETE'].includes(method)) return 'READS_PER_MINUTE';
  return route?.includes('/:id') ? 'CHANGES_PER_MINUTE' : 'SIGNUPS_PER_MINUTE';
}

/** Below /signups a browser gets JSON like everybody, unless somebody has sent one of the page's forms there. */
const pageForPeople: ProblemPage = (problem, { url, headers }) => {
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return isForm || !url.startsWith('/signups') ? problemPage(problem) : undefined;
};
