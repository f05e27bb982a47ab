/**
 * Slugs that no workspace gets, however the name is spelled. Adding one affects new workspaces only.
 * They are addresses of our own, now or one day; or names behind which people would believe us, our staff or our bills.
 */
const RESERVED = new Set([
  ...['api', 'app', 'assets', 'auth', 'blog', 'cdn', 'docs', 'ftp', 'mail', 'smtp', 'static', 'status', 'web', 'www'],
  ...['account', 'dashboard', 'login', 'logout', 'settings', 'signin', 'signup'],
  ...['abuse', 'admin', 'administrator', 'hostmaster', 'postmaster', 'root', 'system', 'webmaster'],
  ...['billing', 'contact', 'help', 'legal', 'payments', 'privacy', 'security', 'support', 'terms', 'tributary'],
]);

export const isReserved = (slug: string) => RESERVED.has(slug);
