/**
 * What became of one attempt. accepted: the server answered 250 · refused: it never will (5xx) · deferred: certainly not
 * taken, later perhaps · unknown: the whole mail went out and no answer came back
 */
export type SmtpOutcome =
  | { result: 'accepted' }
  | { result: 'refused'; smtpStatus: number }
  | { result: 'deferred' | 'unknown'; reason: string };

/** The fields that nodemailer sets on its errors. Its `message` quotes the server, which quotes the address: never repeat it. */
export interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
}

/**
 * @param handedOver whether the line that ends the mail (RFC 5321 section 4.1.1.4) may have been written: before it no
 * server may take the mail, after it only the server's reply tells.
 * @param smtpUtf8 whether the server was asked to take an address beyond ASCII, which MAIL FROM says
 */
export function outcomeOf(error: SmtpError, handedOver: boolean, smtpUtf8 = false): SmtpOutcome {
  const { code, command, responseCode = 0 } = error;
  const reason = [code, command, responseCode || ''].join(' ').trim();
  if (refusesThisMail(error) || (smtpUtf8 && refusesSmtpUtf8(error)))
    return { result: 'refused', smtpStatus: responseCode };
  if (handedOver && responseCode < 400) return { result: 'unknown', reason };
  return { result: 'deferred', reason };
}

/**
 * A 5xx to RCPT TO or DATA is about this mail. At any other place it is about us or the server (554 greeting, 535 login,
 * 550 to our own MAIL FROM): to call every mail failed because of that would lose them all. 503 is a confused session,
 * 530 asks for a login.
 */
function refusesThisMail({ code, command, responseCode = 0 }: SmtpError): boolean {
  const aboutTheMail = (code === 'EENVELOPE' && command !== 'MAIL FROM') || code === 'EMESSAGE';
  return aboutTheMail && responseCode >= 500 && responseCode < 600 && responseCode !== 503 && responseCode !== 530;
}

/** 550 and 553: such an address is not allowed (RFC 6531 section 3.5); 555: the parameter is unknown (RFC 5321 section 4.1.1.11). */
const refusesSmtpUtf8 = ({ code, command, responseCode = 0 }: SmtpError) =>
  code === 'EENVELOPE' && command === 'MAIL FROM' && [550, 553, 555].includes(responseCode);
