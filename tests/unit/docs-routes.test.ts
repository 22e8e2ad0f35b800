/** What the docs router answers, without a browser; tests/browser looks at the pages themselves. */
import express, { type Express } from 'express';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ContractDocument, loadDocument } from '../../src/contract/document.ts';
import { docsRoutes } from '../../src/http/docs/routes.ts';
import { contract, operations } from '../setup/contract.ts';

const { document, source } = loadDocument();

/** A bare app: a policy that the pages have to replace, the router, and a 404 of its own. */
function createApp(served: ContractDocument = document): Express {
  const app = express();
  app.use((_request, response, next) => {
    response.set('Content-Security-Policy', "default-src 'none'").set('Cache-Control', 'no-store');
    next();
  });
  app.use(docsRoutes({ document: served, source }));
  app.use((_request, response) => void response.status(404).send('left to the app'));
  return app;
}

const app = createApp();
const codes: readonly string[] = contract.components.schemas.ProblemCode.enum;

const CLOSED = "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const CONTRACT_PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  CLOSED;
const TEXT_PAGE_POLICY = `default-src 'none'; style-src 'self'; img-src 'self'; ${CLOSED}`;

/** Everything that a page loads. */
function loadedBy(page: string): string[] {
  return [...page.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]*)"/g)].map((match) =>
    String(match[1]),
  );
}

describe('the docs page', () => {
  test('is HTML under a policy that allows our own files alone', async () => {
    const response = await request(app).get('/docs').expect(200);
    expect(response.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(response.get('Content-Security-Policy')).toBe(CONTRACT_PAGE_POLICY);
    expect(response.text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(response.text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(response.text).toContain('<title>API | Taskpact</title>');
  });

  test('has no script, style or handler in its HTML', async () => {
    const { text } = await request(app).get('/docs').expect(200);
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script[^>]*>[^<]/);
  });

  test('loads files of ours that exist, each by its version', async () => {
    const { text } = await request(app).get('/docs').expect(200);
    const addresses = loadedBy(text);
    expect(addresses).toHaveLength(5);
    for (const address of addresses) {
      expect(address).toMatch(/^\/docs\/assets\/[\w.-]+\?v=[\w-]+$/);
      const response = await request(app).get(address).expect(200);
      expect(response.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    }
  });
});

describe('assets', () => {
  test.each([
    ['initializer.js', 'text/javascript; charset=utf-8'],
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['style.css', 'text/css; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml; charset=utf-8'],
  ])('%s has its media type and is asked for anew without its version', async (name, type) => {
    const first = await request(app).get(`/docs/assets/${name}`).expect(200);
    expect(first.get('Content-Type')).toBe(type);
    expect(first.get('Cache-Control')).toBe('public, no-cache');
    const again = request(app).get(`/docs/assets/${name}?v=older`);
    await again.set('If-None-Match', first.get('ETag') ?? '').expect(304);
  });

  test.each(['initializer.js', 'style.css', 'favicon.svg'])('%s names no other origin', async (name) => {
    const response = await request(app).get(`/docs/assets/${name}`).responseType('text').expect(200);
    const text = String(response.body).replace('http://www.w3.org/2000/svg', '');
    expect(text).not.toMatch(/\/\/\w/);
  });
});

describe('the contract as a file', () => {
  test('is there as JSON and as it was written', async () => {
    const json = await request(app).get('/openapi.json').expect(200);
    expect(json.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(json.body).toEqual(contract);
    const yaml = await request(app).get('/openapi.yaml').responseType('text').expect(200);
    expect(yaml.get('Content-Type')).toBe('application/yaml; charset=utf-8');
    expect(parse(String(yaml.body))).toEqual(contract);
  });

  test('keeps the policy of the app and can be revalidated', async () => {
    const response = await request(app).get('/openapi.json').expect(200);
    expect(response.get('Content-Security-Policy')).toBe("default-src 'none'");
    expect(response.get('Cache-Control')).toBe('public, no-cache');
    await request(app)
      .get('/openapi.json')
      .set('If-None-Match', response.get('ETag') ?? '')
      .expect(304);
  });
});

describe('problem pages', () => {
  test.each(codes)('%s has a page with all that the contract says', async (code) => {
    const kind = contract.components.schemas.ProblemCode['x-problems'][code];
    const { text, headers } = await request(app).get(`/docs/problems/${code}`).expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(TEXT_PAGE_POLICY);
    const words = toText(text);
    expect(words).toContain(`Status ${kind.status} Code ${code}`);
    expect(words).toContain(kind.title);
    expect(words).toContain(kind.description.replaceAll('`', '').replaceAll(/\s+/g, ' ').trim());
    expect(text).not.toContain('<script');
    expect(loadedBy(text).every((address) => address.startsWith('/docs/assets/'))).toBe(true);
  });

  test('are all in the list', async () => {
    const { text, headers } = await request(app).get('/docs/problems').expect(200);
    expect(headers['content-security-policy']).toBe(TEXT_PAGE_POLICY);
    const linked = [...text.matchAll(/href="\/docs\/problems\/(\w+)"/g)].map((match) => match[1]);
    expect(linked.toSorted()).toEqual(codes.toSorted());
  });

  test('name every operation for every error that it documents', async () => {
    const listed = new Set<string>();
    for (const code of codes) {
      const { status } = contract.components.schemas.ProblemCode['x-problems'][code];
      const { text } = await request(app).get(`/docs/problems/${code}`).expect(200);
      for (const [, id] of text.matchAll(/href="\/docs#\/\w+\/(\w+)"/g)) listed.add(`${id} ${status}`);
    }
    const documented = operations.flatMap(({ operationId, statuses }) =>
      statuses.filter((status) => status >= 400).map((status) => `${operationId} ${status}`),
    );
    expect([...listed].toSorted()).toEqual(documented.toSorted());
  });

  test('show the example of the answer', async () => {
    const { text } = await request(app).get('/docs/problems/email_taken').expect(200);
    expect(text).toContain('&quot;type&quot;: &quot;/docs/problems/email_taken&quot;');
  });

  test('escape whatever the contract holds', async () => {
    const evil = `<script>alert("x")</script> & '\`<b>\``;
    const changed = structuredClone(contract);
    const kinds = changed.components.schemas.ProblemCode['x-problems'];
    Object.assign(kinds.validation_failed, { title: evil, description: evil });
    changed.paths['/api/v1/tasks'].post.summary = evil;
    changed.paths['/api/v1/tasks'].post.tags = ['"><script>'];
    changed.components.responses.ValidationFailed.content['application/problem+json'].example.detail = evil;
    for (const path of ['/docs/problems', '/docs/problems/validation_failed']) {
      const { text } = await request(createApp(changed)).get(path).expect(200);
      expect(text).not.toMatch(/<script|<b>|"x"/);
      expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;');
    }
  });

  test('read an answer that several codes share from its examples', async () => {
    const changed = structuredClone(contract);
    changed.components.responses.BadRequest.content['application/problem+json'] = {
      examples: {
        inline: { value: { code: 'malformed_request' } },
        shared: { $ref: '#/components/examples/Shared' },
      },
    };
    changed.components.examples.Shared = { value: { code: 'conflict' } };
    for (const code of ['malformed_request', 'conflict']) {
      const { text } = await request(createApp(changed)).get(`/docs/problems/${code}`).expect(200);
      expect(text.match(/\/docs#\/Tasks\/createTask"/g)).toHaveLength(1);
    }
  });
});

describe('anything else', () => {
  test.each([
    '/docs/',
    '/docs/index.html',
    '/docs/problems/',
    '/docs/problems/no_such_code',
    '/docs/problems/constructor',
    '/docs/problems/%3Cscript%3E',
    '/docs/assets/',
    '/docs/assets/routes.ts',
    '/docs/assets/..%2froutes.ts',
    '/docs/assets/swagger-ui-bundle.js.map',
    '/Docs',
    '/openapi.yml',
  ])('%s is left to the app', async (path) => {
    const response = await request(app).get(path).expect(404);
    expect(response.text).toBe('left to the app');
    expect(response.get('Content-Security-Policy')).toBe("default-src 'none'");
  });

  test.each(['post', 'put', 'patch', 'delete', 'options'] as const)(
    '%s is left to the app',
    async (method) => {
      await request(app)[method]('/docs').expect(404);
    },
  );

  test.each(['/docs', '/docs/problems', '/docs/assets/style.css', '/openapi.json'])(
    'HEAD of %s',
    async (path) => {
      const get = await request(app).get(path).expect(200);
      const head = await request(app).head(path).expect(200);
      expect(head.text ?? '').toBe('');
      for (const name of [
        'Content-Type',
        'Content-Length',
        'ETag',
        'Cache-Control',
        'Content-Security-Policy',
      ]) {
        expect(head.get(name)).toBe(get.get(name));
      }
    },
  );
});

/** The words of a page, as a reader sees them. */
function toText(page: string): string {
  return page
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,:;])/g, '');
}
