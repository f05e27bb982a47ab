import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config.ts';
import { Problem } from '../errors.ts';
import { signupId } from '../onboarding/signup-id.ts';
import { rememberedToken } from './manage-cookie.ts';
import { isManageToken } from './manage-token.ts';

/** Lets through who holds the manage token of the signup in the path: a program in a header, the page's browser in a cookie. */
@Injectable()
export class ManageTokenGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws Problem SIGNUP_NOT_FOUND, MANAGE_TOKEN_MISSING, MANAGE_TOKEN_WRONG; without asking the database */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>();
    const id = signupId(request.params.id);
    const token = bearerToken(request) ?? rememberedToken(request);
    if (token === undefined) throw new Problem('MANAGE_TOKEN_MISSING');
    if (!isManageToken(token, this.config.MANAGE_TOKEN_SECRET, id)) throw new Problem('MANAGE_TOKEN_WRONG');
    return true;
  }
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
}
