import { isIPv4, isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';

export interface Networks {
  /** Who counts as one client: an IPv4 address, or the /64 that an IPv6 subscriber has all to himself. */
  client: string;
  /** What one organisation may have all to itself, and take any number of clients' addresses from: an IPv4 /24, an IPv6 /48. */
  wider: string;
}

/** Text that is no address, such as a trusted proxy's "unknown", is a network of its own; so is a client that has left. */
export function networksOf(ip = ''): Networks {
  if (isIPv4(ip)) return { client: ip, wider: ip.slice(0, ip.lastIndexOf('.')) };
  if (!isIPv6(ip)) return { client: ip.toLowerCase(), wider: ip.toLowerCase() };
  const address = new Address6(ip);
  if (address.isMapped4()) return networksOf(address.to4().correctForm());
  const groups = address.canonicalForm().split(':');
  return { client: groups.slice(0, 4).join(':'), wider: groups.slice(0, 3).join(':') };
}
