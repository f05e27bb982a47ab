import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** What we say of an address that the server does not take: the code that RFC 6531 (section 3.5) has for it, "mailbox name not allowed". */
export const NOT_OFFERED = 553;

/** Of a domain beyond ASCII nodemailer writes the ASCII spelling (Punycode), which every server takes. */
export const needsSmtpUtf8 = (address: string) => /\P{ASCII}/u.test(address.slice(0, address.lastIndexOf('@')));

/**
 * Whether the server takes addresses beyond ASCII (RFC 6531). Asked on a connection of its own: nodemailer's pool does not tell, and to a
 * server that does not offer it sends the bytes all the same, which one takes and the next refuses.
 * @throws SmtpError when there is no answer, or `signal` is aborted first
 */
export async function offersSmtpUtf8(options: SMTPConnectionOptions, signal: AbortSignal): Promise<boolean> {
  const connection = new SMTPConnection(options);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(Object.assign(new Error('aborted'), { code: 'EABORT' }));
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    await Promise.race([aborted.promise, connected(connection)]);
    const offers = /^250[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse));
    connection.quit();
    return offers;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Resolves after the server's last EHLO, which is the one after STARTTLS. */
function connected(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}
