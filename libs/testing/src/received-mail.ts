/** A mail as it came over the wire. */
export interface ReceivedMail {
  /** Envelope sender and recipients, without angle brackets. */
  from: string;
  to: string[];
  /** Names in lower case, values unfolded but still encoded (RFC 2047). */
  headers: Record<string, string>;
  /** Headers and body, as received. */
  raw: string;
}

export function receivedMail(from: string, to: string[], raw: string): ReceivedMail {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { from, to, headers: Object.fromEntries(headers) as Record<string, string>, raw };
}
