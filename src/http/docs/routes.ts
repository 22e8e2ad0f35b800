import { type Response, Router } from 'express';
import type { ContractDocument } from '../../contract/document.ts';
import { loadAssets, type ServedFile, servedFile } from './assets.ts';
import { type AssetUrl, contractPage, problemListPage, problemPage } from './pages.ts';
import { explainProblems } from './problems.ts';

/** Swagger UI: scripts and styles of our own origin only, and no request elsewhere. Its style sheet has data: images. */
const CONTRACT_PAGE_POLICY = policy({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});

/** The problem pages are text with one style sheet and an icon. */
const TEXT_PAGE_POLICY = policy({ 'default-src': "'none'", 'style-src': "'self'", 'img-src': "'self'" });

function policy(sources: Readonly<Record<string, string>>): string {
  const closed = { 'form-action': "'none'", 'base-uri': "'none'", 'frame-ancestors': "'none'" };
  return Object.entries({ ...sources, ...closed })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}

const YEAR = 365 * 86_400;

export interface DocsOptions {
  readonly document: ContractDocument;
  /** The contract as it was written. */
  readonly source: string;
}

/** The contract as files and as pages. Everything is made once, at start; any other path is left to the next router. */
export function docsRoutes({ document, source }: DocsOptions): Router {
  const files = new Map([...contractFiles(document, source), ...pagesAndAssets(document)]);
  const router = Router();
  // Whoever opens the bare address is a person.
  router.get('/', (_request, response) => response.redirect('/docs'));
  // One look-up instead of a route for each file: every request to the API comes through here.
  router.use((request, response, next) => {
    const file = files.get(request.path);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) next();
    else send(response, file, request.query.v);
  });
  return router;
}

interface PublishedFile extends ServedFile {
  /** Content-Security-Policy instead of the API's own. */
  readonly policy?: string;
}

function send(response: Response, { type, body, version, policy }: PublishedFile, wanted: unknown): void {
  if (policy !== undefined) response.set('Content-Security-Policy', policy);
  response.set({
    // An address that names the version never gets another body.
    'Cache-Control': wanted === version ? `public, max-age=${YEAR}, immutable` : 'public, no-cache',
    // Weak, because the same body goes out in several encodings.
    ETag: `W/"${version}"`,
    'Content-Type': type,
  });
  response.send(body);
}

function contractFiles(document: ContractDocument, source: string): [string, PublishedFile][] {
  return [
    ['/openapi.json', servedFile('application/json; charset=utf-8', JSON.stringify(document))],
    ['/openapi.yaml', servedFile('application/yaml; charset=utf-8', source)],
  ];
}

function pagesAndAssets(document: ContractDocument): [string, PublishedFile][] {
  const assets = loadAssets();
  const url: AssetUrl = (name) => `/docs/assets/${name}?v=${assets.get(name)?.version}`;
  const problems = explainProblems(document);
  return [
    ...[...assets].map(([name, file]): [string, PublishedFile] => [`/docs/assets/${name}`, file]),
    ['/docs', htmlPage(contractPage(url), CONTRACT_PAGE_POLICY)],
    ['/docs/problems', htmlPage(problemListPage(problems, url), TEXT_PAGE_POLICY)],
    ...problems.map((problem): [string, PublishedFile] => [
      `/docs/problems/${problem.code}`,
      htmlPage(problemPage(problem, url), TEXT_PAGE_POLICY),
    ]),
  ];
}

function htmlPage(content: string, policy: string): PublishedFile {
  return { ...servedFile('text/html; charset=utf-8', content), policy };
}
