/** What becomes of a database URL, as providers hand them out. Nothing is connected to. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, loadDatabaseConfig } from '../../src/config.ts';
import { connectionAdvice, connectionTo } from '../../src/db/connection.ts';
import { translateDatabaseError } from '../../src/db/pg-errors.ts';
import { UnavailableError } from '../../src/errors.ts';
import { temporaryFolder } from '../setup/service-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ca: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  ca = join(folder.path, 'ca.crt');
  await writeFile(ca, 'the text of a certificate');
});
afterAll(() => folder.remove());

/** What pg would connect with. */
function connectionOf(url: string) {
  loadDatabaseConfig({ DATABASE_URL: url });
  const client = new pg.Client(connectionTo(url)) as pg.Client & {
    connectionParameters: Record<string, unknown>;
    enableChannelBinding: boolean;
  };
  const { host, port, user, database, ssl, options } = client.connectionParameters;
  return { host, port, user, database, ssl, options, channelBinding: client.enableChannelBinding };
}

const NEON =
  'postgresql://ada:s3cr3t@ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech/tasks?sslmode=require&channel_binding=require';

describe('the URL of a database', () => {
  it('from Neon is taken as it is: TLS with its certificate checked, and channel binding', async () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', note);
    expect(connectionOf(NEON)).toEqual({
      host: 'ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech',
      port: 5432,
      user: 'ada',
      database: 'tasks',
      // Nothing that would weaken what Node does by itself: checks the chain and the name.
      ssl: {},
      options: undefined,
      channelBinding: true,
    });
    // Node tells of a warning in the next tick.
    await setImmediate();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('may name the endpoint of Neon by options, for the start-up', () => {
    expect(connectionOf(`${NEON}&options=endpoint%3Dep-cool-name-123456`)).toMatchObject({
      options: 'endpoint=ep-cool-name-123456',
    });
  });

  it.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
    'checks the certificate with sslmode=%s',
    (mode) => {
      expect(connectionOf(`postgres://db/tasks?sslmode=${mode}`)).toMatchObject({
        ssl: {},
        channelBinding: false,
      });
      expect(connectionOf(`postgres://db/tasks?sslmode=${mode}&sslrootcert=${ca}`)).toMatchObject({
        ssl: { ca: 'the text of a certificate' },
      });
    },
  );

  it('can name the roots that everybody trusts, as libpq does it', () => {
    expect(connectionOf('postgres://db/tasks?sslmode=verify-full&sslrootcert=system')).toMatchObject({
      ssl: {},
    });
  });

  it('does without TLS, or without a check, when it says so', () => {
    expect(connectionOf('postgres://db/tasks?sslmode=disable')).toMatchObject({ ssl: false });
    expect(connectionOf('postgres://db/tasks?sslmode=no-verify')).toMatchObject({
      ssl: { rejectUnauthorized: false },
    });
  });

  it('keeps a password of any characters', () => {
    const { password } = new pg.Client(connectionTo('postgres://a:%40%2F%3F%20%25@db/tasks?sslmode=require'));
    expect(password).toBe('@/? %');
  });

  it.each([
    ['sslmode=verify_full', /^DATABASE_URL: sslmode must be one of disable, no-verify, prefer/],
    ['channel_binding=required', /^DATABASE_URL: channel_binding must be one of disable, prefer, require\.$/],
    [
      'sslmode=require&sslrootcert=/nowhere/ca.crt',
      /^DATABASE_URL: the file of sslrootcert can't be read: .*nowhere/,
    ],
    ['sslmode=require&sslcert=/nowhere/me.crt', /^DATABASE_URL: the file of sslcert can't be read/],
  ])('is refused with %s, without being repeated', (parameters, message) => {
    const load = () => loadDatabaseConfig({ DATABASE_URL: `postgres://ada:s3cr3t@db/tasks?${parameters}` });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(message);
    expect(load).not.toThrow(/s3cr3t/);
  });
});

describe('a connection that fails', () => {
  const failure = (code: string, message = '') => Object.assign(new Error(message), { code });
  it.each([
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /not trusted.*sslrootcert/],
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), /not trusted.*sslrootcert/],
    [failure('CERT_HAS_EXPIRED'), /not trusted/],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), /another name/],
    [new Error('The server does not support SSL connections'), /speaks no TLS/],
    [failure('08P01', 'unsupported startup parameter: lock_timeout'), /DATABASE_PREPARE=false/],
  ])('is no fault of a client, and tells what to do: %s', (error, advice) => {
    expect(connectionAdvice(error)).toMatch(advice);
    expect(translateDatabaseError(error)?.error).toBeInstanceOf(UnavailableError);
  });

  it('is not what other failures are', () => {
    for (const error of [failure('ECONNREFUSED'), failure('23505'), new Error('invalid'), 'invalid'])
      expect(connectionAdvice(error)).toBeUndefined();
  });
});
