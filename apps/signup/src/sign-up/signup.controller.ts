import { Body, Controller, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { rememberManageToken } from '../manage/manage-cookie.ts';
import { idempotencyKey } from './idempotency-keys.ts';
import { SignUp } from './sign-up.ts';
import { signupRequest } from './signup-request.ts';

@Controller('signups')
export class SignupController {
  constructor(private readonly signups: SignUp) {}

  /** Accepted, not finished: what follows is told by the status. */
  @Post()
  @HttpCode(202)
  async signUp(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ id: string; statusUrl: string; manageToken: string }> {
    if (!contentType?.toLowerCase().startsWith('application/json')) throw new Problem('CONTENT_TYPE_UNSUPPORTED');
    const { id, manageToken } = await this.signups.signUp(signupRequest(body), idempotencyKey(key));
    const statusUrl = `/signups/${id}`;
    reply.header('location', statusUrl).header('cache-control', 'no-store');
    rememberManageToken(request, reply, id, manageToken);
    return { id, statusUrl, manageToken };
  }
}
