import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** @param within a file or folder of the service's package. @returns the package's version and Node's */
export function versionOf(service: string, within: URL): string {
  const file = findPackageJSON(within);
  const { version } = (file ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { version?: string };
  return `${service} ${version ?? 'without a version'}, Node.js ${process.version}`;
}
