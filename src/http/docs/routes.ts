import { Router } from 'express';
import type { ContractDocument } from '../../contract/document.ts';
import { htmlPage, publish, type ServedFile, securityPolicy, servedFile } from '../files.ts';
import type { AssetUrl } from '../page.ts';
import { loadAssets } from './assets.ts';
import { contractPage, problemListPage, problemPage } from './pages.ts';
import { explainProblems } from './problems.ts';

/** Swagger UI: scripts and styles of our own origin only, and no request elsewhere. Its style sheet has data: images. */
const CONTRACT_PAGE_POLICY = securityPolicy({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});

/** The problem pages are text with one style sheet and an icon. */
const TEXT_PAGE_POLICY = securityPolicy({
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': "'self'",
});

export interface DocsOptions {
  readonly document: ContractDocument;
  /** The contract as it was written. */
  readonly source: string;
}

/** The contract as files and as pages. Everything is made once, at start; any other path is left to the next router. */
export function docsRoutes({ document, source }: DocsOptions): Router {
  const router = Router();
  // Whoever opens the bare address is a person.
  router.get('/', (_request, response) => response.redirect('/docs'));
  router.use(publish(new Map([...contractFiles(document, source), ...pagesAndAssets(document)])));
  return router;
}

function contractFiles(document: ContractDocument, source: string): [string, ServedFile][] {
  return [
    ['/openapi.json', servedFile('application/json; charset=utf-8', JSON.stringify(document))],
    ['/openapi.yaml', servedFile('application/yaml; charset=utf-8', source)],
  ];
}

function pagesAndAssets(document: ContractDocument): [string, ServedFile][] {
  const assets = loadAssets();
  const url: AssetUrl = (name) => `/docs/assets/${name}?v=${assets.get(name)?.version}`;
  const problems = explainProblems(document);
  return [
    ...[...assets].map(([name, file]): [string, ServedFile] => [`/docs/assets/${name}`, file]),
    ['/docs', htmlPage(contractPage(url), CONTRACT_PAGE_POLICY)],
    ['/docs/problems', htmlPage(problemListPage(problems, url), TEXT_PAGE_POLICY)],
    ...problems.map((problem): [string, ServedFile] => [
      `/docs/problems/${problem.code}`,
      htmlPage(problemPage(problem, url), TEXT_PAGE_POLICY),
    ]),
  ];
}
