import { createTransport } from 'nodemailer';
import { callNext } from './call.ts';
import { serve } from './serve.ts';

const { hostname, port } = new URL(String(process.env['SMTP_URL']));
const transport = createTransport({ pool: true, host: hostname, port: Number(port), maxConnections: 10 });

serve(async (person) => {
  await transport.sendMail({
    from: 'Tributary <hello@tributary.example>',
    to: { name: person.displayName, address: person.email },
    subject: `Welcome, ${person.displayName}`,
    text: `Your account is ready. We are setting up your workspace "${person.workspaceName}".`,
  });
  await callNext(person, { timeoutMs: 3_500 });
  return {};
});
