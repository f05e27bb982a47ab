import { Body, Controller, Header, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { problemOf, tellSpan } from '@tributary/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config.ts';
import { ChooseName } from '../manage/choose-name.ts';
import { forgetManageToken } from '../manage/manage-cookie.ts';
import { ManageTokenGuard } from '../manage/manage-token.guard.ts';
import { Withdraw } from '../manage/withdraw.ts';
import { Onboarding } from '../onboarding/onboarding.ts';
import { signupId } from '../onboarding/signup-id.ts';
import { workspaceNameRequest } from '../sign-up/signup-request.ts';
import { statusPage } from './status-page.ts';

/** Where the forms of the status page come to when no script takes them to the JSON routes; below the path that the browser's token goes to. */
@Controller('signups/:id')
@UseGuards(ManageTokenGuard)
export class ManageFormsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly names: ChooseName,
    private readonly withdrawals: Withdraw,
    private readonly onboarding: Onboarding,
  ) {}

  @Post('workspace-name')
  @Header('cache-control', 'no-store')
  async chooseName(
    @Param('id') text: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const id = signupId(text);
    try {
      await this.names.choose(id, workspaceNameRequest(body));
      return seeStatus(reply, id);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'SIGNUP_WITHDRAWN') return seeStatus(reply, id);
      if (problem.status >= 500) throw error;
      tellSpan(request, problem);
      const status = await this.onboarding.statusOf(id);
      const { workspaceName: typed } = (body ?? {}) as { workspaceName?: unknown };
      reply.code(problem.status).header('content-type', 'text/html; charset=utf-8');
      return statusPage({ status, lateAfterMs: this.config.LATE_AFTER_MS, typed, problem }).toString();
    }
  }

  @Post('withdrawal')
  @Header('cache-control', 'no-store')
  async withdraw(@Param('id') text: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const id = signupId(text);
    await this.withdrawals.withdraw(id);
    forgetManageToken(reply, id);
    return seeStatus(reply, id);
  }
}

/** 303: a reload of what follows sends nothing again. */
function seeStatus(reply: FastifyReply, id: string): string {
  reply.code(303).header('location', `/welcome/${id}`).header('content-type', 'text/html; charset=utf-8');
  return '';
}
