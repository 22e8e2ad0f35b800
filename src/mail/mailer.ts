import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SendMailOptions } from 'nodemailer';
import { isLoopback } from '../hosts.ts';
import { GiveUpError, type JobLog } from '../jobs/job.ts';
import type { Rendered } from './render.ts';

/** A mail to one address. */
export interface Message extends Rendered {
  readonly to: string;
  /** UUID. A mail that is sent again has the same one, and so the same Message-ID. */
  readonly id: string;
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

export interface Mailer {
  /** @throws MailError when it was not taken, GiveUpError when it never will be */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/** The mail server did not take the mail. Says why, without addresses. */
export class MailError extends Error {
  override readonly name = 'MailError';
}

/** Milliseconds. */
export interface SmtpLimits {
  readonly connect: number;
  readonly greeting: number;
  /** Time in which nothing happens. */
  readonly idle: number;
  /** All of it, for a server that sends a byte now and then. */
  readonly whole: number;
}

const SMTP_LIMITS: SmtpLimits = { connect: 10_000, greeting: 10_000, idle: 20_000, whole: 45_000 };

/** As much of the configuration as mails need. */
export interface MailConfig {
  readonly environment: string;
  readonly dataDir: string;
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: Sender };
}

/** By SMTP if there is a server for it. */
export function createMailer({ environment, dataDir, mail }: MailConfig, log: JobLog): Mailer {
  if (mail.smtpUrl !== undefined) return smtpMailer(mail.smtpUrl, mail.from);
  const folder = join(dataDir, 'mail');
  if (environment === 'production') {
    log.warn({ folder }, 'SMTP_URL is not set: nobody gets a mail, they are written to files instead');
  }
  return fileMailer(folder, mail.from, log);
}

/** Loaded when a mail is sent: a start needs it not. */
const load = () => import('nodemailer');

/**
 * Sends by SMTP (RFC 5321), each mail over a connection of its own. `smtps:` is TLS from the start; `smtp:` has to be
 * upgraded to TLS unless the server is on this machine or the URL says `requireTLS=false`.
 */
export function smtpMailer(url: string, from: Sender, limits: SmtpLimits = SMTP_LIMITS): Mailer {
  const { hostname, protocol } = new URL(url);
  const options = {
    url,
    requireTLS: protocol === 'smtp:' && !isLoopback(hostname),
    connectionTimeout: limits.connect,
    dnsTimeout: limits.connect,
    greetingTimeout: limits.greeting,
    socketTimeout: limits.idle,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return {
    send: async (message, signal) => {
      const mail = compose(message, from);
      const { createTransport } = await load();
      const transport = createTransport(options);
      const whole = AbortSignal.any([signal, AbortSignal.timeout(limits.whole)]);
      try {
        await transport.sendMail({ ...mail, signal: whole });
      } catch (error) {
        throw explain(error, whole);
      } finally {
        transport.close();
      }
    },
  };
}

/** Writes each mail to a file that only the server's own user can read, and says so: for trying things out. */
export function fileMailer(folder: string, from: Sender, log: Pick<JobLog, 'info'>): Mailer {
  return {
    send: async (message) => {
      const { createTransport } = await load();
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
      const { message: content } = await transport.sendMail(compose(message, from));
      const file = join(folder, `${message.id}.eml`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(file, content as Buffer, { mode: 0o600 });
      log.info({ file, subject: message.subject }, 'mail written, because SMTP_URL is not set');
    },
  };
}

/** One address and nothing else: no list, no name, no line break, nothing that a header or a command could end with. */
const ONE_ADDRESS = /^[^\s<>()[\],;:\\"@\p{Cc}]+@[^\s<>()[\],;:\\"@\p{Cc}]+$/u;

function compose({ to, id, subject, text, html }: Message, from: Sender): SendMailOptions {
  if (!ONE_ADDRESS.test(to)) throw new GiveUpError('The address is not one that a mail can be sent to');
  return {
    from: { ...from },
    to: { name: '', address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${from.address.split('@').at(-1)}>`,
    // RFC 3834 section 5: holiday notices and the like are not to be sent to us.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** What a server says often repeats the address. */
function explain(error: unknown, whole: AbortSignal): Error {
  if (whole.aborted) return new MailError('The mail server took too long');
  const {
    message = '',
    code,
    responseCode,
  } = error as { message?: string; code?: string; responseCode?: number };
  const reason = `${code ?? 'failed'}: ${message.replaceAll(/[^\s<>]+@[^\s<>]+/g, '<address>')}`;
  // RFC 5321 section 4.2.1: 5yz to the recipient's address stays; anything else may be put right.
  const isFinal = code === 'EENVELOPE' && responseCode !== undefined && responseCode >= 500;
  return isFinal ? new GiveUpError(reason) : new MailError(reason);
}
