import { isIP } from 'node:net';
import type { z } from 'zod';

/** What the HTTP server's own check of addresses knows by name. */
const NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** An IP address, or a network with a prefix of at least one bit: all of the internet is no proxy. */
function isNetwork(text: string): boolean {
  const [ip = '', prefix, ...rest] = text.split('/');
  const bits = isIP(ip) === 4 ? 32 : isIP(ip) === 6 ? 128 : 0;
  if (bits === 0 || rest.length > 0) return NAMES.includes(text);
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits);
}

/** One issue that counts the entries off: a value is never printed, as it may have been meant for another variable. */
export function refuseWhatIsNoNetwork(networks: string[], context: z.core.$RefinementCtx<string[]>): void {
  const wrong = networks.flatMap((network, index) => (isNetwork(network) ? [] : [index + 1]));
  if (wrong.length === 0) return;
  const message = `must be IP addresses and networks; wrong: entry ${wrong.join(', ')}`;
  context.addIssue({ code: 'custom', message, input: networks });
}
