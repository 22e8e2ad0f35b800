/** How an access token travels, and what its absence is answered (RFC 6750, RFC 9110 section 11). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { operation, operations } from '../setup/contract.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { expectRefusal } from '../setup/refusals.ts';
import { fillPath } from '../setup/requests.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let client: RawClient;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
  user = await app.register();
});
afterAll(async () => {
  client.close();
  await app.close();
});

const PATH = '/api/v1/me';
const get = (headers: NonNullable<Call['headers']>, path = PATH): Promise<Answer> =>
  client.send({ method: 'GET', path, headers });

describe('TK12 TK13 the Authorization header', () => {
  it('may name the scheme in any case (RFC 9110 section 11.1)', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await get({ Authorization: `${scheme} ${user.tokens.access_token}` })).status).toBe(200);
    }
  });

  it('is refused in any other form than the scheme, one space and one token', async () => {
    const { access_token, refresh_token: refresh } = user.tokens;
    const forms = [
      ...[
        '',
        'Bearer',
        'Bearer ',
        access_token,
        `Token ${access_token}`,
        `Basic ${access_token}`,
        `xbearer ${access_token}`,
      ],
      ...[
        `Bearer  ${access_token}`,
        `Bearer\t${access_token}`,
        `Bearer ${access_token} x`,
        `Bearer ${access_token}, x`,
      ],
      ...[
        `Bearer x ${access_token}`,
        `Bearer ${access_token} ${access_token}`,
        `Bearer "${access_token}"`,
        `Bearer=${access_token}`,
      ],
      ...[
        `Bearer ${refresh}`,
        `Bearer ${access_token}.x`,
        `Bearer ${access_token.slice(0, -1)}`,
        `Bearer ${'a'.repeat(8000)}`,
        `Bearer ${access_token.split('.').slice(0, 2).join('.')}`,
        `Bearer ${access_token.split('.').slice(0, 2).join('.')}.`,
        `Bearer ${access_token}=`,
        `Bearer .${access_token}`,
        `Bearer\u00a0${access_token}`,
        `Bearer ${encodeURIComponent(` ${access_token}`)}`,
      ],
      ...['Bearer null', 'Bearer undefined', 'Bearer ..', 'Bearer a.b.c', `Basic x, Bearer ${access_token}`],
    ];
    for (const form of forms) expectRefusal(await get({ Authorization: form }));
  });

  it('is refused when it comes twice, whichever of the two is genuine', async () => {
    const good = `Bearer ${user.tokens.access_token}`;
    for (const two of [
      ['Bearer x', good],
      [good, 'Bearer x'],
      [good, good],
    ]) {
      expectRefusal(await get({ Authorization: two }));
    }
  });

  it('is the only place where a token is looked for', async () => {
    const { access_token } = user.tokens;
    expectRefusal(await get({}, `${PATH}?access_token=${access_token}`));
    expectRefusal(
      await get({ Cookie: `access_token=${access_token}; Authorization=Bearer ${access_token}` }),
    );
    expectRefusal(
      await get({ 'X-Access-Token': access_token, 'Proxy-Authorization': `Bearer ${access_token}` }),
    );
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `access_token=${access_token}`;
    expectRefusal(await client.send({ method: 'GET', path: PATH, headers: form, body }));
  });
});

describe('TK13 every operation that wants a token', () => {
  const secured = operations.filter(({ scopes }) => scopes !== undefined);

  it.each(secured.map(({ operationId }) => operationId))(
    '%s: no token, and a bad one, are a 401',
    async (id) => {
      const { method, path } = operation(id);
      const bad = { Authorization: `Bearer ${user.tokens.access_token.slice(0, -2)}` };
      for (const [headers, challenge] of [
        [{}, 'Bearer realm="taskpact"'],
        [bad, 'Bearer realm="taskpact", error="invalid_token"'],
      ] as const) {
        const answer = await client.send({ method, path: fillPath(path), headers });
        expect(answer.status).toBe(401);
        expect(breaches(operation(id), answer)).toEqual([]);
        expect(JSON.parse(answer.text).code).toBe('unauthenticated');
        expect(answer.headers['www-authenticate']).toBe(challenge);
      }
    },
  );
});

describe('TK14 a failure while a token is checked', () => {
  it('is a 503 or a 500, never a 401, and says nothing of its cause', async () => {
    const own = await createTestApp();
    const broken = createRawClient(own.server);
    try {
      const { tokens } = await own.register();
      const ask = () =>
        broken.send({
          method: 'GET',
          path: PATH,
          headers: { Authorization: `Bearer ${tokens.access_token}` },
        });
      await own.database.schema.renameTable('sessions', 'sessions_gone');
      const faulty = await ask();
      expect(faulty.status).toBe(500);
      expect(breaches(operation('getMe'), faulty)).toEqual([]);
      expect(faulty.text).not.toMatch(/sessions|relation|select|42P01/);
      await own.database.destroy();
      const away = await ask();
      expect(away.status).toBe(503);
      expect(breaches(operation('getMe'), away)).toEqual([]);
      expect(away.headers['retry-after']).toBe('1');
      expect(away.text).not.toMatch(/acquire|connection|pool|127\.0\.0\.1/i);
    } finally {
      broken.close();
      await own.close();
    }
  });
});
