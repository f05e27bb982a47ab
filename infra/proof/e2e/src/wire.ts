import { randomUUID } from 'node:crypto';

/** A fact as somebody would write it who has nothing of ours: JSON by hand. */
export function handmade(data: object, more: object = {}): Buffer {
  const id = randomUUID();
  const fact = {
    specversion: '1.0',
    id,
    source: '/elsewhere',
    type: 'user.signed-up.v1',
    time: new Date().toISOString(),
    subject: 'somebody',
    datacontenttype: 'application/json',
    correlationid: id,
    data: { displayName: 'Grace', workspaceName: 'Compilers', ...data },
    ...more,
  };
  return Buffer.from(JSON.stringify(fact));
}
