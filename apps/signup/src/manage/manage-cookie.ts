import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'manage_token';
const DAYS = 30;

/**
 * Lets the browser that signed up change or withdraw that signup, and nothing else: scripts cannot read it, other sites cannot make the browser
 * send it, and it goes to this one signup only, so that a browser may have several.
 */
export function rememberManageToken(
  { protocol }: FastifyRequest,
  reply: FastifyReply,
  id: string,
  token: string,
): void {
  const secure = protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${NAME}=${token}; Max-Age=${DAYS * 86_400}; ${attributesOf(id)}${secure}`);
}

export function forgetManageToken(reply: FastifyReply, id: string): void {
  reply.header('set-cookie', `${NAME}=; Max-Age=0; ${attributesOf(id)}`);
}

export function rememberedToken({ headers }: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; ?)${NAME}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
}

const attributesOf = (id: string) => `Path=/signups/${id}; HttpOnly; SameSite=Strict`;
