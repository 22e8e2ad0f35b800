/** How a mail leaves: over SMTP in all its moods, or into a file. */
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, describe, expect, it } from 'vitest';
import { GiveUpError } from '../../src/jobs/job.ts';
import { createMailer, fileMailer, MailError, type Message, smtpMailer } from '../../src/mail/mailer.ts';
import { render } from '../../src/mail/render.ts';
import { TEMPLATES } from '../../src/mail/templates.ts';
import { linkIn, openMailbox } from '../setup/mailbox.ts';
import { freePort } from '../setup/ports.ts';
import { temporaryFolder } from '../setup/service-process.ts';

const FROM = { name: 'Täskpact', address: 'tasks@example.com' };
const LINK = 'https://tasks.example.com/verify-email#token=canary-token';
const LIMITS = { connect: 1_000, greeting: 500, idle: 500, whole: 1_500 };

const message = (to = 'ada@example.com'): Message => ({
  ...render(TEMPLATES.verification, LINK),
  to,
  id: crypto.randomUUID(),
});
const signal = (): AbortSignal => new AbortController().signal;
const send = (url: string, to?: string) => smtpMailer(url, FROM, LIMITS).send(message(to), signal());
/** What sending fails with. */
const failure = (url: string, to?: string): Promise<Error> =>
  send(url, to).then(
    () => new Error('it was sent'),
    (error: Error) => error,
  );

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function mailbox(options: Parameters<typeof openMailbox>[0] = {}) {
  const opened = await openMailbox(options);
  closing.push(opened.close);
  return opened;
}

/** Something that listens and is no mail server. @returns its URL */
async function impostor(talk: (write: (text: string) => void) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    talk((text) => void (socket.writable && socket.write(text)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a mail', () => {
  it('says the same as text and as HTML', async () => {
    const { url, take } = await mailbox();
    await send(url);
    const mail = await take('ada@example.com');
    expect(linkIn(mail).href).toBe(LINK);
    for (const part of [mail.text, mail.html]) {
      for (const paragraph of TEMPLATES.verification.paragraphs) expect(part).toContain(paragraph);
      expect(part).toContain('The link works once, for 24 hours.');
    }
    expect(mail.from).toEqual(FROM);
  });

  it('escapes what is put into its HTML', () => {
    const { html } = render(TEMPLATES.verification, 'https://x/#token="><script>alert(1)</script>');
    expect(html).not.toContain('<script>');
    expect(html).toContain('&quot;&gt;&lt;script&gt;');
  });

  it.each([
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com\nSubject: hello',
    'ada@example.com>\r\nRCPT TO:<eve@example.com',
    'ada@example.com, eve@example.com',
    'ada@example.com;eve@example.com',
    'Ada <ada@example.com>',
    '"ada eve"@example.com',
    'ada@exam\u0000ple.com',
    'ada',
    '',
  ])('is not sent to %j, which is more than an address or less', async (to) => {
    const { url, mails } = await mailbox();
    expect(await failure(url, to)).toBeInstanceOf(GiveUpError);
    expect(mails).toEqual([]);
  });

  it('has a header that whoever runs the server can not break out of', async () => {
    const { url, take } = await mailbox();
    const from = { name: 'Evil\r\nBcc: eve@example.com', address: 'tasks@example.com' };
    const subject = 'One\r\nBcc: eve@example.com\r\n\r\n<b>two</b>';
    await smtpMailer(url, from, LIMITS).send({ ...message(), subject }, signal());
    const mail = await take('ada@example.com');
    expect(mail.envelope.to).toEqual(['ada@example.com']);
    expect(mail.headers.filter(({ key }) => key === 'bcc')).toEqual([]);
    expect(mail.text).toContain('Hello,');
  });
});

describe('a mail server', () => {
  it('that is not there, or refuses the mail for now, is a reason to try again', async () => {
    expect(await failure(`smtp://127.0.0.1:${await freePort()}`)).toBeInstanceOf(MailError);
    const { url } = await mailbox({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () =>
          done(Object.assign(new Error('ada@example.com: later'), { responseCode: 451 })),
        );
      },
    });
    const error = await failure(url);
    expect(error).toBeInstanceOf(MailError);
    expect(error.message).toMatch(/451.*<address>/);
    expect(error.message).not.toContain('ada@');
  });

  it('that knows no such mailbox is a reason to give up, without the address in it', async () => {
    const { url } = await mailbox({
      onRcptTo: ({ address }, _session, done) =>
        done(Object.assign(new Error(`<${address}> is unknown`), { responseCode: 550 })),
    });
    const error = await failure(url);
    expect(error).toBeInstanceOf(GiveUpError);
    expect(error.message).not.toContain('ada@');
  });

  it('that refuses the password is a reason to try again, without the password in it', async () => {
    const { url } = await mailbox({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(new Error('no')),
    });
    const error = await failure(url.replace('://', '://user:s3cr3t@'));
    expect(error).toBeInstanceOf(MailError);
    expect(error.message).not.toContain('s3cr3t');
  });

  it.each([
    ['says nothing', () => {}],
    ['greets and then says nothing', (write: (text: string) => void) => write('220 hello\r\n')],
    [
      'says a little now and then',
      (write: (text: string) => void) => {
        write('220 hello\r\n');
        const timer = setInterval(() => write('250-wait\r\n'), 100);
        closing.push(() => clearInterval(timer));
      },
    ],
  ])('that %s is not waited for', async (_what, talk) => {
    const url = await impostor(talk);
    const started = performance.now();
    expect(await failure(url)).toBeInstanceOf(MailError);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is left at once when the server stops', async () => {
    const url = await impostor(() => {});
    const patient = { connect: 60_000, greeting: 60_000, idle: 60_000, whole: 60_000 };
    const stop = AbortSignal.timeout(200);
    await expect(smtpMailer(url, FROM, patient).send(message(), stop)).rejects.toBeInstanceOf(MailError);
  });

  it('elsewhere has to speak TLS, unless the URL says otherwise', async () => {
    const { url, mails } = await mailbox();
    // Leads to this machine, but does not say so.
    const elsewhere = url.replace('127.0.0.1', '0.0.0.0');
    expect((await failure(elsewhere)).message).toMatch(/TLS/);
    expect(mails).toEqual([]);
    await send(`${elsewhere}/?requireTLS=false`);
    expect(mails).toHaveLength(1);
  });

  it('has to have a certificate that is good', async () => {
    const secure = await mailbox({ secure: true, disabledCommands: [] });
    const url = secure.url.replace('smtp:', 'smtps:');
    expect((await failure(url)).message).toMatch(/certificate/i);
    await send(`${url}/?tls.rejectUnauthorized=false`);
    const starting = await mailbox({ disabledCommands: [] });
    expect((await failure(starting.url)).message).toMatch(/certificate/i);
    expect([secure.mails.length, starting.mails.length]).toEqual([1, 0]);
  });
});

describe('without a mail server', () => {
  it('mails are files for the server alone, and the log says where, not what is in them', async () => {
    const folder = await temporaryFolder();
    closing.push(folder.remove);
    const path = join(folder.path, 'mail');
    const lines: object[] = [];
    const mailer = fileMailer(path, FROM, { info: (fields) => lines.push(fields) });
    const { id, ...rest } = message();
    await mailer.send({ ...rest, id }, signal());
    await mailer.send({ ...rest, id }, signal());
    expect(await readdir(path)).toEqual([`${id}.eml`]);
    const file = join(path, `${id}.eml`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    const mail = await PostalMime.parse(await readFile(file));
    expect(linkIn(mail).href).toBe(LINK);
    expect(mail.to).toEqual([{ name: '', address: 'ada@example.com' }]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({ file, subject: 'Confirm your e-mail address' });
  });

  it('in production a warning is given at the start', () => {
    const warnings: string[] = [];
    const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => warnings.push(text) };
    const mail = { smtpUrl: undefined, from: FROM };
    createMailer({ environment: 'development', dataDir: '/nowhere', mail }, log);
    expect(warnings).toEqual([]);
    createMailer({ environment: 'production', dataDir: '/nowhere', mail }, log);
    expect(warnings).toEqual([expect.stringContaining('SMTP_URL is not set')]);
  });
});
