/**
 * Builds the package in the current folder into its `dist/`: JavaScript for its TypeScript, and a package.json of its own.
 *
 *   npm run build                         the server
 *   npm run build -w @taskpact/mock       the mock
 *
 * `dist/` has the shape of this repository, so that whatever is found relative to a source file (the contract, migrations,
 * the version) is found relative to what it was built to as well. `dist/` is the package: that is what is packed and
 * published, never the folder around it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

const root = dirname(import.meta.dirname);
const folder = process.cwd();
const dist = join(folder, 'dist');

interface Manifest {
  readonly [field: string]: unknown;
  readonly bin: Readonly<Record<string, string>>;
  /** With what the package needs to run, where that is another Node than the repository's own. */
  readonly publishConfig: { readonly engines?: unknown };
}

/** What the published package.json repeats; scripts, development tools and workspaces are this repository's business. */
const FIELDS = ['name', 'version', 'description', 'keywords', 'license', 'homepage', 'bugs', 'repository'];

/** The compiler says by itself what is wrong. */
function compile(): boolean {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [compiler, '-p', 'tsconfig.build.json'];
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status === 0;
}

/** What belongs to the sources and is not TypeScript, and what a reader of the package wants. */
function copyFiles(): void {
  cpSync(join(root, 'openapi.yaml'), join(dist, 'openapi.yaml'));
  cpSync(join(root, 'src'), join(dist, 'src'), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  for (const [from, name] of [
    [folder, 'README.md'],
    [folder, 'CHANGELOG.md'],
    [root, 'LICENSE'],
  ] as const) {
    if (existsSync(join(from, name))) cpSync(join(from, name), join(dist, name));
  }
}

function writeManifest(): void {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const place = relative(root, folder).split(sep).join('/');
  const bin = Object.entries(manifest.bin).map(([name, source]) => [
    name,
    [place, source.replace(/\.ts$/, '.js')].filter((part) => part !== '').join('/'),
  ]);
  const repeated = FIELDS.filter((field) => field in manifest).map((field) => [field, manifest[field]]);
  const { engines = manifest.engines, ...publishConfig } = manifest.publishConfig;
  const published = {
    ...Object.fromEntries(repeated),
    type: manifest.type,
    engines,
    bin: Object.fromEntries(bin),
    dependencies: manifest.dependencies,
    publishConfig,
  };
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

rmSync(dist, { recursive: true, force: true });
if (compile()) {
  copyFiles();
  writeManifest();
} else {
  process.exitCode = 1;
}
