import { readFileSync } from 'node:fs';
import type { Environment } from './parse-config.ts';

/**
 * Puts in what is kept in files, as Compose and Kubernetes hand secrets over: `NAME_FILE` is the path of a file with the value
 * of NAME, `NAME_PASSWORD_FILE` of one with the password for the URL in NAME. The line break at a file's end is no part of it.
 * @returns the values of `names` by name, and for each that could not be had the reason, which never shows a value
 */
export function withSecretFiles(
  names: readonly string[],
  env: Environment,
): { values: Environment; problems: Map<string, string> } {
  const problems = new Map<string, string>();
  const valueOf = (name: string): string | undefined => {
    const [given, file, passwordFile] = [env[name], env[`${name}_FILE`], env[`${name}_PASSWORD_FILE`]];
    try {
      if (given && file) throw new Error(`is given twice: take ${name} or ${name}_FILE`);
      const value = file ? contentOf(file, `${name}_FILE`) : given || undefined;
      if (!value || !passwordFile) return value;
      return withPassword(value, contentOf(passwordFile, `${name}_PASSWORD_FILE`), name);
    } catch (error) {
      problems.set(name, (error as Error).message);
      return undefined;
    }
  };
  return { values: Object.fromEntries(names.map((name) => [name, valueOf(name)])), problems };
}

function contentOf(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot be read: ${variable} names ${path} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

function withPassword(text: string, password: string, name: string): string {
  if (!URL.canParse(text)) return text; // the schema says what is wrong with it
  const url = new URL(text);
  if (url.password) throw new Error(`has a password already: leave it out, or ${name}_PASSWORD_FILE`);
  url.password = encodeURIComponent(password);
  if (!url.password && password) throw new Error(`takes no password from ${name}_PASSWORD_FILE: it names no host`);
  return url.href;
}
