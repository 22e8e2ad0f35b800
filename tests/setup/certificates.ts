import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whyWithout } from './tools.ts';

const run = promisify(execFile);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Why tests that need certificates can't run here; undefined when they can. */
export function whyNoOpenssl(): string | undefined {
  return whyWithout('openssl', ['version']);
}

/** Files of a certificate and its key. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority that nobody trusts yet. */
export async function makeAuthority(folder: string, name: string): Promise<Certificate> {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const out = ['-keyout', files.key, '-out', files.certificate];
  await run('openssl', ['req', '-x509', ...NEW_KEY, ...out, '-days', '2', '-subj', `/CN=${name}`]);
  return files;
}

/** Makes a certificate for a server of this name. */
export async function issue(folder: string, authority: Certificate, host: string): Promise<Certificate> {
  const files = { certificate: join(folder, `${host}.crt`), key: join(folder, `${host}.key`) };
  const request = join(folder, `${host}.csr`);
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  await run('openssl', ['req', ...NEW_KEY, '-keyout', files.key, '-out', request, ...subject]);
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key, '-days', '2'];
  const copied = ['-copy_extensions', 'copy'];
  await run('openssl', ['x509', '-req', '-in', request, '-out', files.certificate, ...signed, ...copied]);
  return files;
}
