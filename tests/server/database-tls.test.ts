/** The way to the database by TLS: what is checked, and what is said when the check fails. */
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { openDatabase, openForMigrations } from '../../src/db/knex.ts';
import { FAST, isRoot, NOBODY, PLACE } from '../embedded/support.ts';
import { issue, makeAuthority, whyNoOpenssl } from '../setup/certificates.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { complaints, runProcess, startServiceProcess } from '../setup/service-process.ts';

describe.skipIf(whyNoOpenssl() !== undefined)(`a database by TLS ${whyNoOpenssl() ?? ''}`, () => {
  let folder: string;
  let server: EmbeddedServer;
  let ca: string;
  let otherCa: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(PLACE, 'taskpact-test-'));
    await chmod(folder, 0o755);
    const authority = await makeAuthority(folder, 'authority');
    ({ certificate: otherCa } = await makeAuthority(folder, 'stranger'));
    ca = authority.certificate;
    const { certificate, key } = await issue(folder, authority, 'localhost');
    await chmod(key, 0o600);
    if (isRoot) await chown(key, NOBODY, NOBODY);
    const settings = { ...FAST, ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
    const silent = { info: () => {}, warn: () => {}, error: () => {} };
    server = await startEmbeddedServer({ dataDir: join(folder, 'data'), logger: silent, settings });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  /** The database's certificate is for localhost, and not for the address. */
  function url(parameters: Readonly<Record<string, string>>, host = 'localhost'): string {
    const changed = new URL(server.url);
    changed.hostname = host;
    changed.search = new URLSearchParams(parameters).toString();
    return changed.href;
  }

  /** Version of TLS that the server's pool uses, or why it can't. */
  async function reach(parameters: Readonly<Record<string, string>>, host?: string): Promise<string> {
    const database = openDatabase({ url: url(parameters, host), poolMax: 1, prepare: true });
    try {
      const { rows } = await database.raw('select version from pg_stat_ssl where pid = pg_backend_pid()');
      return rows[0].version ?? 'none';
    } catch (error) {
      return (error as { code?: string }).code ?? 'no code';
    } finally {
      await database.destroy();
    }
  }

  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'is reached with sslmode=%s when its authority is named, and only then',
    async (sslmode) => {
      expect(await reach({ sslmode, sslrootcert: ca })).toBe('TLSv1.3');
      expect(await reach({ sslmode, sslrootcert: ca, channel_binding: 'require' })).toBe('TLSv1.3');
      expect(await reach({ sslmode })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(await reach({ sslmode, sslrootcert: otherCa })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(await reach({ sslmode, sslrootcert: ca }, '127.0.0.1')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    },
  );

  it('is reached unchecked, or without TLS, only when the URL says so', async () => {
    expect(await reach({ sslmode: 'no-verify' })).toBe('TLSv1.3');
    expect(await reach({ sslmode: 'disable' })).toBe('none');
  });

  it('is migrated by TLS too', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: ca };
    const database = openForMigrations({ url: url(parameters), prepare: true });
    const { rows } = await database.raw('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await database.destroy();
    expect(rows).toEqual([{ ssl: true }]);
    const migrate = runProcess('scripts/migrate.ts', { DATABASE_URL: url(parameters) });
    expect(await migrate.ended()).toMatchObject({ code: 0 });
    expect(migrate.output.stderr).toBe('');
  });

  it('whose certificate is not trusted keeps the server unready, and the log says what to do', async () => {
    const untrusted = { sslmode: 'verify-full', sslrootcert: otherCa };
    const service = startServiceProcess({ JWT_SECRET, DATABASE_URL: url(untrusted) });
    try {
      const { origin } = await service.ready();
      expect((await fetch(`${origin}/health/ready`)).status).toBe(503);
      const advice =
        "the database's certificate is not trusted: name the file of its CA by sslrootcert in DATABASE_URL";
      expect(service.lines).toContainEqual(expect.objectContaining({ level: 'warn', msg: advice }));
      expect(service.output.stdout).not.toContain(new URL(server.url).password);
      expect(complaints(service)).toEqual([]);
    } finally {
      await service.destroy();
    }
    const migrate = runProcess('scripts/migrate.ts', { DATABASE_URL: url(untrusted) });
    expect(await migrate.ended()).toMatchObject({ code: 1 });
    expect(migrate.output.stderr).toMatch(/^Taskpact can't migrate: .*sslrootcert in DATABASE_URL \(.+\)\n$/);
  });
});
