import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** A package of this repository that is published. */
export interface ReleasedPackage {
  readonly name: string;
  /** Its folder, relative to the root. */
  readonly folder: string;
  /** What is packed, relative to the root. */
  readonly packed: string;
}

const server: ReleasedPackage = { name: 'taskpact', folder: '.', packed: 'dist' };
const mock: ReleasedPackage = { name: '@taskpact/mock', folder: 'mock', packed: 'mock/dist' };
const sdk: ReleasedPackage = { name: '@taskpact/sdk', folder: 'sdk', packed: 'sdk' };

/** The server and the mock are packed from what was built of them, the SDK as it stands: its manifest lists its files. */
export const PACKAGES = { server, mock, sdk };

export interface Tarball {
  readonly name: string;
  readonly version: string;
  /** Path of the file. */
  readonly file: string;
  readonly bytes: number;
  /** Paths inside the package. */
  readonly files: readonly string[];
}

/** What `npm pack --json` answers for each package. */
interface PackReport {
  readonly name: string;
  readonly version: string;
  readonly size: number;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Builds a package and packs it into a folder. */
export function buildAndPack(
  root: string,
  { name, folder, packed }: ReleasedPackage,
  target: string,
): Tarball {
  run('npm', ['run', 'build'], { cwd: join(root, folder) });
  mkdirSync(target, { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', `--pack-destination=${target}`];
  const [report] = JSON.parse(run('npm', pack, { cwd: join(root, packed) })) as [PackReport];
  if (report.name !== name) throw new Error(`${packed} holds ${report.name} instead of ${name}`);
  return {
    name,
    version: report.version,
    file: join(target, report.filename),
    bytes: report.size,
    files: report.files.map(({ path }) => path),
  };
}

/** Installs tarballs, and whatever they depend on, into a folder that is nobody's. */
export function install(folder: string, tarballs: readonly Tarball[]): void {
  run('npm', ['init', '--yes'], { cwd: folder });
  const files = tarballs.map(({ file }) => file);
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files], { cwd: folder });
}
