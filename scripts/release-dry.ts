/**
 * Everything that a release does, except that nothing is published and that it happens in a clone of HEAD: versions and
 * changelogs, builds, tarballs, their checks, and a trial of each package as its users get it, in an empty folder.
 *
 *   node scripts/release-dry.ts                    throw everything away afterwards
 *   node scripts/release-dry.ts --out <folder>     keep the tarballs and the notes of the release there
 *
 * The network is used for npm's registry alone.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAndPack, install, PACKAGES, type ReleasedPackage, type Tarball } from './release/packages.ts';
import { type ProgramOptions, startProgram } from './release/programs.ts';
import { run } from './release/run.ts';

const root = dirname(import.meta.dirname);

/** HEAD without what lies around here, with what has been installed. */
function cloneHead(target: string): void {
  run('git', ['clone', '--quiet', root, target], { cwd: root });
  const changed = run('git', ['status', '--porcelain'], { cwd: root });
  if (changed !== '')
    console.log('What is not committed is not part of the trial:', `\n${changed.trimEnd()}`);
  for (const { folder } of Object.values(PACKAGES)) {
    const modules = join(root, folder, 'node_modules');
    if (existsSync(modules)) symlinkSync(modules, join(target, folder, 'node_modules'), 'junction');
  }
}

/** Looks at the packages as other people's tools will. The SDK brings the tools; it is the one that is imported. */
function checkPackages(clone: string, sdk: Tarball): void {
  const tool = (name: string, ...args: string[]): string =>
    run('npx', ['--no-install', name, ...args], { cwd: join(clone, PACKAGES.sdk.folder) });
  for (const { packed } of Object.values(PACKAGES)) tool('publint', join(clone, packed), '--strict');
  tool('attw', sdk.file, '--profile', 'node16');
  console.log('publint and attw have nothing to say');
}

/** Starts a program of the packages, asks something of it, and stops it. */
async function tryProgram(
  name: string,
  options: ProgramOptions,
  ask: (ready: RegExpExecArray) => Promise<Response>,
): Promise<void> {
  const { ready, stop } = await startProgram(name, options);
  const answer = await ask(ready).finally(stop);
  expectEqual(`${name} answers`, answer.status, 200);
  expectEqual(`${name} stops with`, await stop(), 0);
}

async function tryPrograms(folder: string): Promise<void> {
  const server = { folder, env: { PORT: '0' }, ready: /"port":(\d+),.*"msg":"ready"/ };
  await tryProgram('taskpact', server, ([, port]) => fetch(`http://127.0.0.1:${port}/health/ready`));
  const mock = { folder, args: ['--port', '0'], ready: /answers on (\S+),/ };
  const headers = { Authorization: 'Bearer any' };
  await tryProgram('taskpact-mock', mock, ([, url]) => fetch(`${url}/api/v1/tasks`, { headers }));
}

/** Both kinds of modules get the same names. */
function trySdk(folder: string): void {
  const print =
    'process.stdout.write(Object.keys(sdk).filter((name) => name !== "module.exports").sort().join())';
  const node = (...args: string[]): string => run(process.execPath, args, { cwd: folder });
  const imported = node('--input-type=module', '-e', `import * as sdk from '@taskpact/sdk'; ${print}`);
  const required = node('--input-type=commonjs', '-e', `const sdk = require('@taskpact/sdk'); ${print}`);
  if (required !== imported) throw new Error(`the SDK gives import ${imported}, but require ${required}`);
  console.log(`  import and require of the SDK give the same ${imported.split(',').length} names`);
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} ${actual}, not ${expected}`);
  console.log(`  ${what} ${actual}`);
}

/** What has changed in this version, from the changelog of each package. */
function releaseNotes(clone: string, version: string): string {
  const sections = Object.values(PACKAGES).flatMap(({ name, folder }) => {
    const path = join(clone, folder, 'CHANGELOG.md');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const [, ...versions] = text.split(/^## /m);
    const section = versions.find((one) => one.startsWith(`${version}\n`));
    return section === undefined ? [] : [`## ${name}\n\n${section.slice(version.length).trim()}\n`];
  });
  return sections.join('\n');
}

async function release(scratch: string): Promise<{ tarballs: readonly Tarball[]; notes: string }> {
  const clone = join(scratch, 'clone');
  cloneHead(clone);
  const version = run(process.execPath, [join(clone, 'scripts/version.ts')], { cwd: clone }).trim();
  console.log(`version ${version}`);
  const pack = (one: ReleasedPackage): Tarball => buildAndPack(clone, one, join(scratch, 'packages'));
  const [server, mock, sdk] = [pack(PACKAGES.server), pack(PACKAGES.mock), pack(PACKAGES.sdk)];
  const tarballs = [server, mock, sdk];
  for (const { file, bytes, files } of tarballs) {
    console.log(`packed ${basename(file)}: ${(bytes / 1000).toFixed(0)} kB, ${files.length} files`);
  }
  const stray = tarballs.filter((tarball) => tarball.version !== version).map(({ name }) => name);
  if (stray.length > 0) throw new Error(`Another version than ${version}: ${stray.join(', ')}`);
  checkPackages(clone, sdk);

  const folder = join(scratch, 'trial');
  mkdirSync(folder);
  install(folder, tarballs);
  console.log('installed in an empty folder:');
  await tryPrograms(folder);
  trySdk(folder);
  return { tarballs, notes: releaseNotes(clone, version) };
}

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const scratch = mkdtempSync(join(tmpdir(), 'taskpact-release-'));
try {
  const { tarballs, notes } = await release(scratch);
  if (values.out !== undefined) {
    const out = resolve(values.out);
    mkdirSync(out, { recursive: true });
    for (const { file } of tarballs) copyFileSync(file, join(out, basename(file)));
    writeFileSync(join(out, 'NOTES.md'), notes);
  }
  console.log('Nothing was published.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
