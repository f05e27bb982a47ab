import rateLimit from '@fastify/rate-limit';

// Exported and documented by the plugin, missing from its types.
const { normalizeIP } = rateLimit as unknown as { normalizeIP(ip: string): string };

/** Who counts as one client: an IPv4 address, or the /64 that an IPv6 subscriber has all to himself. */
export function clientNetwork({ ip }: { ip: string }): string {
  return normalizeIP(ip);
}
