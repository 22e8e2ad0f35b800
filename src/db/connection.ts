import type pg from 'pg';

/** Modes of libpq that are TLS for us, with the certificate and the name in it checked: what is less protects nobody. */
const VERIFIED = ['prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * What a database URL says, for pg. Parameters mean what they mean to libpq, but that every `sslmode` with TLS checks the
 * certificate (pg would warn of it, and change it some day), and that `channel_binding=require` uses channel binding
 * where the server offers it, rather than insist.
 */
export function connectionTo(url: string): pg.ClientConfig {
  if (!URL.canParse(url)) return { connectionString: url };
  const changed = new URL(url);
  const { searchParams: parameters } = changed;
  const binding = parameters.get('channel_binding') ?? 'disable';
  const isLibpq = parameters.get('uselibpqcompat') === 'true';
  if (VERIFIED.includes(parameters.get('sslmode') ?? '') && !isLibpq)
    parameters.set('sslmode', 'verify-full');
  // The roots that everybody trusts; pg would look for a file of that name.
  if (parameters.get('sslrootcert') === 'system') parameters.delete('sslrootcert');
  return { connectionString: changed.href, enableChannelBinding: binding !== 'disable' };
}

/** Codes of OpenSSL and Node for certificates that are not accepted, and what pg says without one. */
const CERTIFICATE_CODES =
  /^(UNABLE_TO_|CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;
const NO_TLS = /server does not support SSL connections/;
/** pgbouncer's words. */
const POOLER = /unsupported startup parameter/;

/**
 * What an operator can do when there is no connection because of TLS, or of a pooler in between; undefined when that is
 * not what went wrong.
 */
export function connectionAdvice(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (POOLER.test(error.message)) return 'a pooler stands before the database: set DATABASE_PREPARE=false';
  if (NO_TLS.test(error.message)) return 'the database speaks no TLS: sslmode in DATABASE_URL asks for it';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return "the database's certificate is for another name: the host in DATABASE_URL has to be one that it holds";
  if (!CERTIFICATE_CODES.test(code)) return undefined;
  return "the database's certificate is not trusted: name the file of its CA by sslrootcert in DATABASE_URL";
}
