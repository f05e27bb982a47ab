/** Where a server listens, and the variables that say so. */
export interface ListenPlace {
  host: string;
  port: number;
  variables: { host: string; port: string };
}

/** A server could not take its port. The message names the variable to change. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** @returns CannotListen for an error that another value of a variable cures, any other error as it is */
export function whyNotListening(error: unknown, { host, port, variables }: ListenPlace): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  const because = (text: string) => new CannotListen(text, { cause: error });
  switch (code) {
    case 'EADDRINUSE':
      return because(`${variables.port} ${port} is taken (${code}): choose another`);
    case 'EACCES':
      return because(`${variables.port} ${port} is not for this user (${code}): choose one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return because(`${variables.host} ${host} is no address of this machine (${code})`);
    default:
      return error;
  }
}
