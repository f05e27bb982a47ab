import type { ReceivedMail } from '@tributary/testing';
import { json } from './addresses.ts';

interface MailDevMail {
  id: string;
  subject: string;
  headers: Record<string, string>;
  envelope: { from: { address: string }; to: { address: string }[] };
}

/** What MailDev has taken. Asked before MailDev is killed, it remembers what MailDev, which writes nothing down, forgets. */
export class Mailbox {
  readonly #taken = new Map<string, MailDevMail>();
  readonly #maildev: string;

  constructor(maildev: string) {
    this.#maildev = maildev;
  }

  async look(): Promise<MailDevMail[]> {
    for (const mail of await json<MailDevMail[]>(`${this.#maildev}/api/email`)) this.#taken.set(mail.id, mail);
    return [...this.#taken.values()];
  }

  /** Subjects of the mails to an address. */
  async to(address: string): Promise<string[]> {
    const addressed = ({ envelope }: MailDevMail) => envelope.to.some((recipient) => recipient.address === address);
    return (await this.look()).filter(addressed).map(({ subject }) => subject);
  }

  /** As they came over the wire, which is how the ledger reads them: MailDev shows the subject decoded. */
  async received(): Promise<ReceivedMail[]> {
    return (await this.look()).map(({ subject, headers, envelope }) => ({
      from: envelope.from.address,
      to: envelope.to.map(({ address }) => address),
      headers: { ...headers, subject: `=?utf-8?b?${Buffer.from(subject).toString('base64')}?=` },
      raw: '',
    }));
  }
}
