import { join } from 'node:path';
import { Router } from 'express';
import { type ContractDocument, listOperations } from '../../contract/document.ts';
import type { OperationId } from '../../contract/types.ts';
import { htmlPage, loadAsset, publish, securityPolicy } from '../files.ts';
import type { AssetUrl } from '../page.ts';
import { resetPasswordPage, verifyEmailPage } from './pages.ts';

const ASSETS = {
  'style.css': '../docs/static/style.css',
  'favicon.svg': '../docs/static/favicon.svg',
  'account.css': 'static/account.css',
  'account.js': 'static/account.js',
};

/** Files and requests of our own origin only. */
const POLICY = securityPolicy({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
});

/** The pages that the links in mails lead to, where no front end has taken that over (`APP_URL`). */
export function accountRoutes(document: ContractDocument): Router {
  const assets = new Map(
    Object.entries(ASSETS).map(([name, path]) => [name, loadAsset(join(import.meta.dirname, path))]),
  );
  const url: AssetUrl = (name) => `/account/assets/${name}?v=${assets.get(name)?.version}`;
  const pathOf = (id: OperationId) =>
    listOperations(document).find((operation) => operation.id === id)?.path ?? '';
  const { minLength } = document.components.schemas.NewPassword;
  const router = Router();
  router.use(
    publish(
      new Map([
        ...[...assets].map(([name, file]) => [`/account/assets/${name}`, file] as const),
        ['/verify-email', htmlPage(verifyEmailPage(pathOf('verifyEmail'), url), POLICY)],
        ['/reset-password', htmlPage(resetPasswordPage(pathOf('resetPassword'), minLength, url), POLICY)],
      ]),
    ),
  );
  return router;
}
