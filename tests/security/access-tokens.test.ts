/** Nothing but a token that this server signed for this purpose opens a door (RFC 8725, RFC 9068). */
import { createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, createRawClient, type RawClient } from '../setup/http.ts';
import { expectRefusal } from '../setup/refusals.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let client: RawClient;
let user: TestUser;
let genuine: { header: Json; claims: Json };
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
  user = await app.register();
  const [header = '', claims = ''] = user.tokens.access_token.split('.');
  const read = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString());
  genuine = { header: read(header), claims: read(claims) };
});
afterAll(async () => {
  client.close();
  await app.close();
});

type Json = Record<string, unknown>;
const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

interface Forgery {
  readonly header?: Json;
  readonly claims?: Json;
  readonly secret?: string;
  readonly hash?: string;
}

/** A token like the genuine one except for what is given; undefined leaves a claim out. */
function forge({ header, claims, secret = app.config.jwtSecret, hash = 'sha256' }: Forgery): string {
  const content = `${encode({ ...genuine.header, ...header })}.${encode({ ...genuine.claims, ...claims })}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

const present = (token: string): Promise<Answer> =>
  client.send({ method: 'GET', path: '/api/v1/me', headers: { Authorization: `Bearer ${token}` } });

describe('TK1 TK2 an access token', () => {
  it('is taken when it is genuine, and when it is made the way these tests make others', async () => {
    expect((await present(user.tokens.access_token)).status).toBe(200);
    expect((await present(forge({}))).status).toBe(200);
    expect(genuine.header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(new Set(Object.keys(genuine.claims))).toEqual(
      new Set(['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp', 'auth_time', 'scope']),
    );
  });

  it.each([
    'none',
    'None',
    'nOnE',
    'NONE',
    'none ',
    'HS384',
    'HS512',
    'RS256',
    'ES256',
    'PS256',
    'EdDSA',
    '',
    'hs256',
  ])('is refused with the algorithm "%s"', async (alg) => {
    const hash = { HS384: 'sha384', HS512: 'sha512' }[alg] ?? 'sha256';
    const token = forge({ header: { alg }, hash });
    expectRefusal(await present(token));
    expectRefusal(await present(`${token.split('.').slice(0, 2).join('.')}.`));
  });

  it('is refused when it is signed with a key that the token brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    for (const extra of [{}, { jwk }, { x5c: [pem] }, { kid: 'mine' }]) {
      const content = `${encode({ ...genuine.header, alg: 'RS256', ...extra })}.${encode(genuine.claims)}`;
      expectRefusal(
        await present(`${content}.${createSign('sha256').update(content).sign(privateKey, 'base64url')}`),
      );
      expectRefusal(await present(forge({ header: { ...extra }, secret: pem })));
    }
  });

  it.each(['', '0'.repeat(32), 'secret', 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0j'])(
    'is refused when it is signed with the key "%s"',
    async (secret) => expectRefusal(await present(forge({ secret }))),
  );

  it.each([
    { header: { typ: 'JWT' } },
    { header: { typ: undefined } },
    { header: { typ: 'rt+jwt' } },
    { header: { typ: ['at+jwt'] } },
    { header: { alg: undefined } },
    { header: { crit: ['exp'] } },
    { header: { crit: [] } },
    { header: { crit: ['unknown'], unknown: 1 } },
    { header: { b64: false, crit: ['b64'] } },
  ])('is refused with $header', async ({ header }) => expectRefusal(await present(forge({ header }))));

  it.each([
    undefined,
    null,
    '',
    'unknown',
    0,
    ['kid'],
    {},
    '__proto__',
    'constructor',
    '../../../../dev/null',
    '/dev/null',
    "' union select 'key",
    '; sleep 5 #',
    'https://attacker.example/keys.json',
    '\u0000',
  ])('is refused with the key id %j, signed with our secret or another (TK3)', async (kid) => {
    for (const secret of [app.config.jwtSecret, '', 'key']) {
      expectRefusal(await present(forge({ header: { kid }, secret })));
    }
    const own = String(genuine.header.kid);
    for (const near of [`${own} `, own.slice(1), own.toUpperCase(), [own], { [own]: own }]) {
      expectRefusal(await present(forge({ header: { kid: near } })));
    }
  });

  it.each([
    { header: { jku: 'https://attacker.example/keys.json' }, secret: 'key' },
    { header: { x5u: 'https://attacker.example/cert.pem' }, secret: 'key' },
    { header: { jwk: { kty: 'oct', k: 'a2V5' } }, secret: 'key' },
    { header: { x5c: ['a2V5'], x5t: 'a2V5' }, secret: 'key' },
    { header: { url: 'https://attacker.example', nonce: 'a2V5' }, secret: 'key' },
  ])('is not verified with what $header names', async (forgery) =>
    expectRefusal(await present(forge(forgery))),
  );

  it.each(['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp', 'auth_time', 'scope'])(
    'is refused without %s, or with another type of it',
    async (claim) => {
      const value = genuine.claims[claim];
      const others = typeof value === 'string' ? [17] : [String(value), `${value} `, -1, 0.5];
      for (const other of [undefined, null, true, [], {}, [value], ...others]) {
        if (['iat', 'auth_time'].includes(claim) && other === -1) continue; // A time long ago is a time.
        expectRefusal(await present(forge({ claims: { [claim]: other } })));
      }
    },
  );

  it.each(['iss', 'aud', 'sub', 'sid'])(
    'is refused when %s is empty or has something behind it',
    async (claim) => {
      for (const other of ['', `${genuine.claims[claim]} `, `${genuine.claims[claim]}\u0000`]) {
        expectRefusal(await present(forge({ claims: { [claim]: other } })));
      }
    },
  );

  it.each([
    { what: 'has expired', claims: { exp: Math.floor(Date.now() / 1000) - 1 } },
    { what: 'is not valid yet', claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } },
    { what: 'expires at no time', claims: { exp: Number.MAX_VALUE } },
    { what: 'expires at a fraction', claims: { exp: Date.now() / 1000 + 3600.5 } },
    { what: 'is of another issuer', claims: { iss: 'http://localhost:3001' } },
    { what: 'is for others too', claims: { aud: ['taskpact', 'other'] } },
    { what: 'is for others', claims: { aud: 'other' } },
    { what: 'is of a session that there is not', claims: { sid: randomUUID() } },
    { what: 'is of a user that there is not', claims: { sub: randomUUID() } },
    { what: 'names no user', claims: { sub: 'admin' } },
    { what: 'names no session', claims: { sid: "' or true --" } },
    { what: 'names text that the database does not take', claims: { sid: '\u0000' } },
  ])('is refused when it $what', async ({ claims }) => expectRefusal(await present(forge({ claims }))));

  it('is refused for the session of another user', async () => {
    const other = await app.register();
    const sessionOf = ({ tokens }: TestUser): Json =>
      JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString());
    expectRefusal(await present(forge({ claims: { sid: sessionOf(other).sid } })));
    expectRefusal(await present(forge({ claims: { sub: other.id } })));
    // And not because it was refused before: the session is remembered by now.
    expect((await present(other.tokens.access_token)).status).toBe(200);
    expectRefusal(await present(forge({ claims: { sid: sessionOf(other).sid } })));
  });

  it.each(['"text"', '17', 'null', '[]', '{', ''])('is refused when its payload is %j', async (payload) => {
    const content = `${encode(genuine.header)}.${encode(payload)}`;
    const signature = createHmac('sha256', app.config.jwtSecret).update(content).digest('base64url');
    expectRefusal(await present(`${content}.${signature}`));
  });

  it('gives no more scopes than the genuine one when it is bent', async () => {
    const [header, , signature] = user.tokens.access_token.split('.');
    expectRefusal(
      await present(`${header}.${encode({ ...genuine.claims, scope: 'admin:all' })}.${signature}`),
    );
    for (const scope of ['tasks:read', 'profile:readx', 'PROFILE:READ', 'profile:*', '*']) {
      expect((await present(forge({ claims: { scope } }))).status).toBe(403);
    }
  });
});
