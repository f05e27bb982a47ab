import { Body, Controller, Delete, Header, HttpCode, Param, Put, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Onboarding } from '../onboarding/onboarding.ts';
import { signupId } from '../onboarding/signup-id.ts';
import type { Status } from '../onboarding/status.ts';
import { workspaceNameRequest } from '../sign-up/signup-request.ts';
import { ChooseName } from './choose-name.ts';
import { forgetManageToken } from './manage-cookie.ts';
import { ManageTokenGuard } from './manage-token.guard.ts';
import { Withdraw } from './withdraw.ts';

/** What the holder of the manage token may do with a signup. */
@Controller('signups/:id')
@UseGuards(ManageTokenGuard)
export class ManageController {
  constructor(
    private readonly names: ChooseName,
    private readonly withdrawals: Withdraw,
    private readonly onboarding: Onboarding,
  ) {}

  /** Accepted, not finished: whether the name can be had is told by the status. */
  @Put('workspace-name')
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  async chooseName(@Param('id') text: string, @Body() body: unknown): Promise<Status> {
    const id = signupId(text);
    await this.names.choose(id, workspaceNameRequest(body));
    return this.onboarding.statusOf(id);
  }

  @Delete()
  @HttpCode(204)
  async withdraw(@Param('id') text: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const id = signupId(text);
    await this.withdrawals.withdraw(id);
    forgetManageToken(reply, id);
  }
}
