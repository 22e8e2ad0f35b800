import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** Something that is served from memory. */
export interface ServedFile {
  /** Media type. */
  readonly type: string;
  readonly body: Buffer;
  /** Changes with the body. */
  readonly version: string;
}

const OWN_ASSETS = ['initializer.js', 'style.css', 'favicon.svg'];
const SWAGGER_ASSETS = ['swagger-ui-bundle.js', 'swagger-ui.css'];

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Everything that the pages load, by file name. */
export function loadAssets(): ReadonlyMap<string, ServedFile> {
  const own = join(import.meta.dirname, 'static');
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const paths = [
    ...OWN_ASSETS.map((name) => [name, join(own, name)] as const),
    ...SWAGGER_ASSETS.map((name) => [name, join(swagger, name)] as const),
  ];
  return new Map(
    paths.map(([name, path]) => [name, servedFile(MEDIA_TYPES[extname(name)] ?? '', readFileSync(path))]),
  );
}

export function servedFile(type: string, content: string | Buffer): ServedFile {
  const body = Buffer.from(content);
  return { type, body, version: createHash('sha256').update(body).digest('base64url').slice(0, 16) };
}
