/** Of another issuer, nothing but a token that it signed for this API opens a door (RFC 8725, OpenID Connect Core). */
import { createHmac, createSign, generateKeyPairSync, KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import { type Answer, createRawClient, type RawClient } from '../setup/http.ts';
import {
  type Claims,
  createIssuer,
  createIssuerKey,
  type IssuerKey,
  type TestIssuer,
} from '../setup/issuer.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let issuer: TestIssuer;
let app: TestApp;
let client: RawClient;
let user: TestUser;
/** The claims of a user who has an account by now. */
let genuine: Claims;
beforeAll(async () => {
  issuer = await createIssuer();
  issuer.keys.push(await createIssuerKey('RS256'), await createIssuerKey('ES256'));
  app = await createTestApp(issuer.environment);
  client = createRawClient(app.server);
  user = await app.register();
  genuine = issuer.claims();
  expect((await present(await issuer.sign(genuine))).status).toBe(200);
});
afterAll(async () => {
  client.close();
  await app.close();
  await issuer.stop();
});

const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const key = (alg: string): IssuerKey => {
  const found = issuer.keys.find((candidate) => candidate.alg === alg);
  if (found === undefined) throw new Error(`There is no key for ${alg}`);
  return found;
};

const present = (token: string): Promise<Answer> =>
  client.send({ method: 'GET', path: '/api/v1/me', headers: { Authorization: `Bearer ${token}` } });

function expectRefusal(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(breaches(operation('getMe'), answer)).toEqual([]);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'unauthenticated', status: 401 });
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="taskpact"/);
}

/** A token with any header at all, signed by a shared secret. */
function forge(header: Claims, claims: Claims, secret: string | Buffer, hash = 'sha256'): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

describe('TK1 the signature of a token of another issuer', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('may be %s', async (alg) => {
    const answer = await present(await issuer.sign(genuine, {}, key(alg)));
    expect([answer.status, breaches(operation('getMe'), answer)]).toEqual([200, []]);
  });

  it.each(['PS256', 'RS384', 'RS512', 'ES384', 'ES512'])(
    'may not be %s, even by a key that the issuer publishes',
    async (alg) => {
      const published = await createIssuerKey(alg);
      issuer.keys.push(published);
      app.advance(11_000);
      expectRefusal(await present(await issuer.sign(genuine, {}, published)));
      issuer.keys.pop();
    },
  );

  it.each(['none', 'None', 'nOnE', '', 'HS256', 'HS384', 'HS512', 'eddsa', 17, null])(
    'may not be of the algorithm %j',
    async (alg) => {
      const { kid } = key('EdDSA');
      const hash = { HS384: 'sha384', HS512: 'sha512' }[String(alg)] ?? 'sha256';
      const token = forge({ alg, kid }, genuine, app.config.jwtSecret, hash);
      expectRefusal(await present(token));
      expectRefusal(await present(`${token.split('.').slice(0, 2).join('.')}.`));
    },
  );

  it('may not be made with the public key as a shared secret', async () => {
    const { jwk, kid, publicKey } = key('RS256');
    const pem = KeyObject.from(publicKey).export({ format: 'pem', type: 'spki' }).toString();
    for (const secret of [pem, pem.trimEnd(), JSON.stringify(jwk), String(jwk.n)]) {
      for (const alg of ['HS256', 'RS256'])
        expectRefusal(await present(forge({ alg, kid }, genuine, secret)));
    }
  });

  it('may not be by a key of a kind that the algorithm does not go with', async () => {
    for (const [alg, other] of [
      ['RS256', 'ES256'],
      ['ES256', 'EdDSA'],
      ['EdDSA', 'RS256'],
    ] as const) {
      expectRefusal(await present(await issuer.sign(genuine, { kid: key(other).kid }, key(alg))));
    }
  });

  it('may not be by a key that nobody publishes, whatever name it goes by', async () => {
    const mine = await createIssuerKey('EdDSA');
    const names = [mine.kid, key('EdDSA').kid, '', '../../../../dev/null', "' union select 'key", '\u0000'];
    for (const kid of names) expectRefusal(await present(await issuer.sign(genuine, { kid }, mine)));
    expectRefusal(await present(await issuer.sign(genuine, { kid: undefined }, mine)));
    for (const kid of [17, null, [key('EdDSA').kid], {}]) {
      expectRefusal(await present(await issuer.sign(genuine, { kid })));
    }
  });

  it('may not be by an RSA key of less than 2048 bits, even if the issuer publishes it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = { ...key('RS256'), kid: 'weak' };
    issuer.keys.push({ ...weak, jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256' } });
    app.advance(11_000);
    const content = `${encode({ alg: 'RS256', kid: 'weak' })}.${encode(genuine)}`;
    const signature = createSign('sha256').update(content).sign(privateKey, 'base64url');
    expectRefusal(await present(`${content}.${signature}`));
    issuer.keys.pop();
  });

  it('may not be changed, cut or left out', async () => {
    const [header, payload, signature = ''] = (await issuer.sign(genuine)).split('.');
    const other = encode({ ...genuine, sub: randomUUID() });
    const bent = [
      [header, other, signature],
      [header, payload, ''],
      [header, payload, signature.slice(0, -4)],
      [header, payload, `${signature}AAAA`],
      [header, payload, 'A'.repeat(signature.length)],
    ];
    for (const parts of bent) expectRefusal(await present(parts.join('.')));
    expectRefusal(await present(`${header}.${payload}`));
    expectRefusal(await present(`${header}.${payload}.${signature}.${signature}`));
  });
});

describe('TK1 the header of a token of another issuer', () => {
  it('makes the server follow no address, and use no key that the token brings along', async () => {
    let visits = 0;
    const mine = await createIssuerKey('EdDSA');
    const attacker = createServer((_request, response) => {
      visits += 1;
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [mine.jwk] }));
    });
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}/jwks`;
    for (const header of [
      { jku: address },
      { x5u: address },
      { jwk: mine.jwk },
      { x5c: ['MIIB'] },
      { kid: address },
    ]) {
      expectRefusal(await present(await issuer.sign(genuine, { kid: mine.kid, ...header }, mine)));
      expectRefusal(await present(await issuer.sign({ ...genuine, iss: address }, header, mine)));
    }
    expect(visits).toBe(0);
    attacker.close();
  });

  it.each([
    { crit: ['exp'], exp: 1 },
    { crit: ['unknown'], unknown: 1 },
    { crit: ['b64'], b64: true },
  ])('may not demand anything: $crit', async (header) => {
    const { alg, kid, privateKey } = key('EdDSA');
    // The library that signs wants to know what it demands.
    const crit = Object.fromEntries(header.crit.map((name) => [name, true]));
    const token = await new SignJWT(genuine)
      .setProtectedHeader({ alg, kid, ...header })
      .sign(privateKey, { crit });
    expectRefusal(await present(token));
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('may have the type %s', async (typ) => {
    expect((await present(await issuer.sign(genuine, { typ }))).status).toBe(200);
  });

  it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', '', 17, ['JWT'], null])(
    'may not have the type %j: there are JWTs that are no access tokens',
    async (typ) => expectRefusal(await present(await issuer.sign(genuine, { typ }))),
  );
});

describe('TK2 the claims of a token of another issuer', () => {
  it.each(['iss', 'aud', 'sub', 'iat', 'exp'])('must have %s, of its type', async (claim) => {
    const value = genuine[claim];
    const others = typeof value === 'string' ? [17, '', `${value} `, `${value}/`] : [String(value), 0.5];
    const isList = claim === 'aud';
    for (const other of [undefined, null, true, [], {}, ...(isList ? [] : [[value]]), ...others]) {
      // A subject with something behind it is another subject.
      if (claim === 'sub' && other === `${value}/`) continue;
      expectRefusal(await present(await issuer.sign({ ...genuine, [claim]: other })));
    }
  });

  it('may be for several audiences, if this API is one of them', async () => {
    const sign = (aud: unknown) => issuer.sign({ ...genuine, aud });
    expect((await present(await sign(['account', issuer.audience]))).status).toBe(200);
    for (const aud of ['taskpact', ['account'], [[issuer.audience]], issuer.audience.toUpperCase()]) {
      expectRefusal(await present(await sign(aud)));
    }
  });

  it.each(['a'.repeat(256), 'with space', 'with\u0000nul', 'with\ud800surrogate', 'é', 'line\nfeed'])(
    'may not name the subject %j',
    async (sub) => {
      expectRefusal(await present(await issuer.sign({ ...genuine, sub })));
    },
  );

  it('may be ten seconds off, and no more', async () => {
    const clock = await createTestApp(issuer.environment);
    const now = (): number => Math.floor(Date.now() / 1000);
    const status = async (overrides: Claims): Promise<number> => {
      const token = await issuer.sign({ ...genuine, ...overrides });
      const { status } = await clock.as({ authorization: `Bearer ${token}` }).get('/api/v1/me');
      return status;
    };
    expect(await status({ exp: now() - 1 })).toBe(200);
    expect(await status({ iat: now() + 5, nbf: now() + 5 })).toBe(200);
    expect(await status({ exp: now() - 12 })).toBe(401);
    for (const claim of ['iat', 'nbf', 'auth_time']) expect(await status({ [claim]: now() + 60 })).toBe(401);
    await clock.close();
  });

  it('expire while they are remembered, too', async () => {
    const clock = await createTestApp(issuer.environment);
    const agent = clock.as({ authorization: `Bearer ${await issuer.sign()}` });
    for (const leap of [0, 870_000]) {
      clock.advance(leap);
      await agent.get('/api/v1/me').expect(200);
    }
    clock.advance(41_000);
    const { body } = await agent.get('/api/v1/me').expect(401);
    expect(body.detail).toBe('The access token has expired.');
    await clock.close();
  });

  it.each([
    { exp: Number.MAX_VALUE },
    { auth_time: 'today' },
    { auth_time: null },
    { scope: ['tasks:read'] },
    { scope: 17 },
    { nbf: 'now' },
  ])('may not be of another type: %j', async (overrides) => {
    expectRefusal(await present(await issuer.sign({ ...genuine, ...overrides })));
  });

  it.each(['"text"', '17', 'null', '[]', '{', ''])('may not be %j', async (payload) => {
    const { privateKey, kid } = key('EdDSA');
    const content = `${encode({ alg: 'EdDSA', kid })}.${encode(payload)}`;
    const signature = sign(null, Buffer.from(content), KeyObject.from(privateKey)).toString('base64url');
    expectRefusal(await present(`${content}.${signature}`));
  });
});

describe('TK4 our tokens and those of the other issuer', () => {
  const parts = (token: string): Claims[] =>
    token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

  it('are not taken for one another, whatever they say of themselves', async () => {
    const [ourHeader = {}, ourClaims = {}] = parts(user.tokens.access_token);
    const secret = app.config.jwtSecret;
    expect((await present(forge(ourHeader, ourClaims, secret))).status).toBe(200);
    const theirs = { iss: issuer.url, aud: issuer.audience };
    // Ours that claim to be theirs.
    expectRefusal(await present(forge(ourHeader, { ...ourClaims, ...theirs }, secret)));
    expectRefusal(await present(forge(ourHeader, { ...genuine }, secret)));
    expectRefusal(await present(forge({ ...ourHeader, kid: key('RS256').kid }, genuine, secret)));
    // Theirs that claim to be ours.
    for (const alg of ['RS256', 'ES256', 'EdDSA']) {
      for (const header of [{}, { typ: 'at+jwt' }, { typ: 'at+jwt', kid: undefined }]) {
        expectRefusal(await present(await issuer.sign(ourClaims, header, key(alg))));
        expectRefusal(
          await present(await issuer.sign({ ...ourClaims, ...theirs, iss: ourClaims.iss }, header)),
        );
      }
    }
  });

  it('do not speak for the user whose id they name', async () => {
    const { body } = await app
      .as({ authorization: `Bearer ${await issuer.sign(issuer.claims({ sub: user.id }))}` })
      .get('/api/v1/me')
      .expect(200);
    expect(body.id).not.toBe(user.id);
  });

  it('are ours alone when no other issuer is trusted', async () => {
    const alone = await createTestApp();
    const token = await issuer.sign(genuine);
    await alone
      .as({ authorization: `Bearer ${token}` })
      .get('/api/v1/me')
      .expect(401);
    expect(await alone.database('users').count()).toEqual([{ count: '0' }]);
    await alone.close();
  });
});

describe('the scopes of a token of another issuer', () => {
  const status = async (scope: string | undefined, path: string): Promise<number> => {
    const authorization = `Bearer ${await issuer.sign({ ...genuine, scope })}`;
    return (await app.as({ authorization }).get(path)).status;
  };

  it('are all that the role has, unless the token names some of ours', async () => {
    for (const scope of [undefined, '', 'openid profile email', 'TASKS:READ tasks:*']) {
      expect([await status(scope, '/api/v1/tasks'), await status(scope, '/api/v1/me')]).toEqual([200, 200]);
    }
    expect(await status('openid tasks:read', '/api/v1/tasks')).toBe(200);
    expect(await status('openid tasks:read', '/api/v1/me')).toBe(403);
  });

  it('are none when the token names only those of another role', async () => {
    for (const path of ['/api/v1/tasks', '/api/v1/me', '/api/v1/admin/users']) {
      expect(await status('users:read', path)).toBe(403);
    }
  });
});
