import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadAsset, type ServedFile } from '../files.ts';

const OWN_ASSETS = ['initializer.js', 'style.css', 'favicon.svg'];
const SWAGGER_ASSETS = ['swagger-ui-bundle.js', 'swagger-ui.css'];

/** Everything that the pages load, by file name. */
export function loadAssets(): ReadonlyMap<string, ServedFile> {
  const own = join(import.meta.dirname, 'static');
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const paths = [
    ...OWN_ASSETS.map((name) => [name, join(own, name)] as const),
    ...SWAGGER_ASSETS.map((name) => [name, join(swagger, name)] as const),
  ];
  return new Map(paths.map(([name, path]) => [name, loadAsset(path)]));
}
