import { Body, Controller, Get, Header, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { problemOf, tellSpan } from '@tributary/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config.ts';
import { rememberManageToken } from '../manage/manage-cookie.ts';
import { Onboarding } from '../onboarding/onboarding.ts';
import { idempotencyKey } from '../sign-up/idempotency-keys.ts';
import { SignUp } from '../sign-up/sign-up.ts';
import { signupRequest } from '../sign-up/signup-request.ts';
import { signupPage } from './signup-page.ts';
import { statusPage } from './status-page.ts';
import { withdrawnPage, withdrawPage } from './withdraw-page.ts';

const HTML = 'text/html; charset=utf-8';

/** The page for people. Its script talks to the JSON routes; without one the form comes here. */
@Controller()
export class PageController {
  private readonly lateAfterMs: number;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly signups: SignUp,
    private readonly onboarding: Onboarding,
  ) {
    this.lateAfterMs = config.LATE_AFTER_MS;
  }

  @Get()
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  form(): string {
    return signupPage({ lateAfterMs: this.lateAfterMs }).toString();
  }

  @Post()
  async submit(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const typed = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    reply.header('content-type', HTML).header('cache-control', 'no-store');
    try {
      const key = typeof typed['idempotencyKey'] === 'string' ? typed['idempotencyKey'] : undefined;
      const { id, manageToken } = await this.signups.signUp(signupRequest(typed), idempotencyKey(key));
      rememberManageToken(request, reply, id, manageToken);
      reply.code(303).header('location', `/welcome/${id}`);
      return '';
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'INTERNAL') throw error;
      tellSpan(request, problem);
      reply.code(problem.status);
      if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
      return signupPage({ lateAfterMs: this.lateAfterMs, typed, problem }).toString();
    }
  }

  @Get('welcome/:id')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  async welcome(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    try {
      return statusPage({ status: await this.onboarding.statusOf(id), lateAfterMs: this.lateAfterMs }).toString();
    } catch (error) {
      if (problemOf(error).code !== 'SIGNUP_WITHDRAWN') throw error;
      reply.code(410);
      return withdrawnPage().toString();
    }
  }

  @Get('welcome/:id/withdraw')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  async askBeforeWithdrawing(@Param('id') id: string): Promise<string> {
    return withdrawPage(await this.onboarding.statusOf(id)).toString();
  }
}
