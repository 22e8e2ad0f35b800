import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';
export type Claims = Readonly<Record<string, unknown>>;

export interface IssuerKey extends GenerateKeyPairResult {
  readonly kid: string;
  readonly alg: string;
  /** The public half, as it is published. */
  readonly jwk: JWK;
}

/** Another issuer of tokens, with a real endpoint for its keys. */
export interface TestIssuer {
  /** `iss` of its tokens. */
  readonly url: string;
  readonly audience: string;
  /** Settings with which a server trusts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** The keys that it publishes; it signs with the first. */
  keys: IssuerKey[];
  /** Answers whoever asks for the keys. */
  answer: (response: ServerResponse) => void;
  /** The claims of a user; those that are given instead, undefined for none. */
  claims(overrides?: Claims): Claims;
  /** Signs a token of these claims and headers. */
  sign(claims?: Claims, header?: Claims, key?: IssuerKey): Promise<string>;
  /** Takes the endpoint away. */
  stop(): Promise<void>;
  /** Brings it back, where it was. */
  start(): Promise<void>;
}

export async function createIssuerKey(alg: string, options: Claims = {}): Promise<IssuerKey> {
  const pair = await generateKeyPair(alg, { ...options, extractable: true });
  const kid = randomUUID();
  return { ...pair, kid, alg, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' } };
}

export async function createIssuer(alg: Algorithm = 'EdDSA'): Promise<TestIssuer> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    issuer.answer(response);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const audience = 'https://tasks.example';
  const issuer: TestIssuer = {
    url,
    audience,
    environment: { AUTH_JWKS_URL: `${url}/jwks`, AUTH_ISSUER: url, AUTH_AUDIENCE: audience },
    asked: () => asked,
    keys: [await createIssuerKey(alg)],
    answer: (response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
    },
    claims: (overrides = {}) => {
      const sub = randomUUID();
      const now = Math.floor(Date.now() / 1000);
      const user = { sub, email: `${sub}@example.com`, email_verified: true, name: 'Ada Lovelace' };
      return { iss: url, aud: audience, iat: now, exp: now + 900, ...user, ...overrides };
    },
    sign: async (claims = issuer.claims(), header = {}, key = issuer.keys[0]) => {
      if (key === undefined) throw new Error('The issuer has no key');
      const parameters = { alg: key.alg, kid: key.kid, ...header } as JWTHeaderParameters;
      return new SignJWT(claims).setProtectedHeader(parameters).sign(key.privateKey);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    start: () => listen(port),
  };
  return issuer;
}
