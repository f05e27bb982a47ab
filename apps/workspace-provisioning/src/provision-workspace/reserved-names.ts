import { readsAs } from './lookalikes.ts';

/**
 * Slugs that no workspace gets, nor any name that reads as one of them. Adding one affects new workspaces only.
 * They are addresses of our own, now or one day; or names behind which people would believe us, our staff or our bills.
 */
const RESERVED = new Set([
  ...['api', 'app', 'assets', 'auth', 'blog', 'cdn', 'docs', 'ftp', 'mail', 'smtp', 'static', 'status', 'web', 'www'],
  ...['account', 'dashboard', 'login', 'logout', 'settings', 'signin', 'signup'],
  ...['abuse', 'admin', 'administrator', 'hostmaster', 'postmaster', 'root', 'system', 'webmaster'],
  ...['billing', 'contact', 'help', 'legal', 'payments', 'privacy', 'security', 'support', 'terms', 'tributary'],
]);

const readsAsReserved = readsAs(RESERVED);

export const isReserved = (name: string, slug: string) => RESERVED.has(slug) || readsAsReserved(name);
