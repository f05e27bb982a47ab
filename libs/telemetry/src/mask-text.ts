export const REDACTED = '[redacted]';

/** Text that others wrote (an SMTP server's refusal, a driver's message): addresses and URL credentials are hidden. */
export function maskText(text: string): string {
  // The last label must begin with a letter, or every `package@1.2.3` in a stack trace would be hidden.
  return maskCredentials(text).replaceAll(
    /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}[\p{L}\p{N}-]+/gu,
    REDACTED,
  );
}

/** `amqp://user:password@host` becomes `amqp://[redacted]@host`. */
export function maskCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^\s/@]+@/g, `://${REDACTED}@`);
}
