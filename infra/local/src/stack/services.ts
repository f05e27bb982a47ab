import { randomBytes } from 'node:crypto';
import type { StackUrls } from './stack.ts';

export interface Service {
  /** The folder in apps/, the database, its login, the broker user. */
  name: string;
  /** Listens on a port of its own besides the health port. */
  http?: boolean;
  /** What only this service needs in its environment. */
  environment?: (urls: StackUrls) => Record<string, string>;
}

/** Adding a service to the local stack is adding its line here. */
export const services: Service[] = [
  { name: 'signup', http: true, environment: () => ({ MANAGE_TOKEN_SECRET: randomBytes(32).toString('hex') }) },
  {
    name: 'email',
    environment: ({ smtp, services }) => ({
      SMTP_URL: smtp,
      ...(services['signup'] && { PUBLIC_URL: services['signup'] }),
      MAIL_FROM: 'Tributary <hello@tributary.example>',
      // A mail server on this machine answers at once; after a kill, a mail in doubt is then settled within half a minute.
      SMTP_TIMEOUT_MS: '5000',
    }),
  },
  { name: 'workspace-provisioning' },
  { name: 'analytics', http: true, environment: ({ trace }) => ({ TRACE_URL: trace }) },
];
