import { isLoopback } from '../hosts.ts';
import { ConfigError, type Variable } from './environment.ts';
import type { Reader } from './reader.ts';

/** Another issuer whose tokens are taken. */
export interface ExternalIssuerConfig {
  /** Where its keys are. */
  readonly jwksUrl: string;
  /** `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** What the `aud` of its tokens has to name. */
  readonly audience: string;
}

/** All three settings, or none. @throws ConfigError */
export function readExternalIssuer(
  read: Reader,
  isProduction: boolean,
  publicUrl: string,
): ExternalIssuerConfig | undefined {
  const names = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;
  const [jwksUrl, issuer, audience] = names.map((name) => read.text(name, '')) as [string, string, string];
  if (jwksUrl !== '') requireTrustedUrl('AUTH_JWKS_URL', jwksUrl, isProduction);
  if (issuer !== '') requireTrustedUrl('AUTH_ISSUER', issuer, isProduction);
  // It would not be known whose token it is.
  if (issuer === publicUrl) throw new ConfigError('AUTH_ISSUER must be another one than PUBLIC_URL.');
  if (!/^[\x21-\x7e]{0,300}$/.test(audience)) {
    throw new ConfigError('AUTH_AUDIENCE must be a name or URL without spaces.');
  }
  const missing = names.find((name) => read.text(name, '') === '');
  if (missing === undefined) return Object.freeze({ jwksUrl, issuer, audience });
  if (jwksUrl + issuer + audience === '') return undefined;
  throw new ConfigError(`${missing} must be set too: ${names.join(', ')} go together.`);
}

/** Who could change what it answers could log in as anybody. */
function requireTrustedUrl(name: Variable, value: string, isProduction: boolean): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.username === '' && /^https?:\/\/[^\s#]+$/.test(value);
  if (isPlain && (url.protocol === 'https:' || isLoopback(url.hostname) || !isProduction)) return;
  throw new ConfigError(`${name} must be a URL that starts with https://, without credentials.`);
}
