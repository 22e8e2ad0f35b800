/** A project of somebody else's, in an empty folder outside this repository, that has installed the packed package. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sdk = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);

/** Builds the package and packs it as for publishing. Answers the path of the archive. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await npm(sdk, 'pack', '--json', '--pack-destination', folder);
  // What the build prints comes first.
  const report: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [{ filename }] = Object.values(report as Record<string, { filename: string }>) as [
    { filename: string },
  ];
  return join(folder, filename);
}

export interface Consumer {
  readonly folder: string;
  /** Writes a file of the project. */
  write(name: string, text: string): void;
  /** Makes packages of this repository's node_modules available, as if they had been installed. */
  link(...packages: readonly string[]): void;
  /** Runs the TypeScript compiler; answers what it complains of, which is nothing if all is well. */
  compile(...options: readonly string[]): Promise<string>;
  remove(): void;
}

/** Makes the project. Installs without network: the package has no dependencies. */
export async function createConsumer(
  archive: string,
  type: 'module' | 'commonjs' = 'module',
): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'taskpact-stranger-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('package.json', JSON.stringify({ name: 'stranger', private: true, type }));
  await npm(folder, 'install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', archive);
  return {
    folder,
    write,
    link: (...packages) => {
      for (const name of packages) {
        const target = join(folder, 'node_modules', name);
        mkdirSync(dirname(target), { recursive: true });
        if (!existsSync(target))
          symlinkSync(dirname(require.resolve(`${name}/package.json`)), target, 'junction');
      }
    },
    compile: async (...options) => {
      const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
      try {
        return (await run(process.execPath, [tsc, ...options], { cwd: folder })).stdout;
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function npm(cwd: string, ...args: readonly string[]): Promise<{ stdout: string }> {
  // On Windows npm is a script, which only a shell can start.
  return run('npm', [...args], { cwd, shell: process.platform === 'win32', maxBuffer: 2 ** 24 });
}
