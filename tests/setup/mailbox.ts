import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { until } from './service-process.ts';

export interface ReceivedMail extends Email {
  /** As the client named them in the SMTP dialogue. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: string;
}

/** A real SMTP server on loopback that keeps what it gets. */
export interface Mailbox {
  /** For `SMTP_URL`. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Waits for a mail to the address, of this subject if one is named, and takes it out. */
  take(address: string, subject?: RegExp): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function openMailbox(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const envelope = { from, to: rcptTo.map(({ address }) => address) };
        mails.push({ ...(await PostalMime.parse(raw)), envelope, raw: raw.toString('latin1') });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  const listener = server.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const find = (address: string, subject: RegExp): number =>
    mails.findIndex((mail) => mail.envelope.to.includes(address) && subject.test(mail.subject ?? ''));
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    mails,
    take: async (address, subject = /./) => {
      await until(() => find(address, subject) >= 0, `${address} gets a mail about ${subject}`);
      return mails.splice(find(address, subject), 1)[0] as ReceivedMail;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The link of a mail, the same in its text and in its HTML. */
export function linkIn({ text = '', html = '' }: Pick<Email, 'text' | 'html'>): URL {
  const [inText] = /https?:\/\/\S+#token=\S+/.exec(text) ?? [];
  const inHtml = new Set([...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]));
  if (inText === undefined || inHtml.size !== 1 || !inHtml.has(inText)) {
    throw new Error(`There is no one link in ${text}`);
  }
  return new URL(inText);
}

/** The token in the link of a mail. */
export function tokenIn(mail: Pick<Email, 'text' | 'html'>): string {
  return new URLSearchParams(linkIn(mail).hash.slice(1)).get('token') ?? '';
}
