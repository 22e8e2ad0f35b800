/** What is in the archive, and what the tools that know about packages say of it. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Consumer, createConsumer } from '../../scripts/consumer.ts';
import { budgets, weigh } from '../../scripts/size.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const sdk = join(import.meta.dirname, '../..');

let consumer: Consumer;
let installed = '';
beforeAll(async () => {
  consumer = await createConsumer(inject('archive'));
  installed = join(consumer.folder, 'node_modules/@taskpact/sdk');
});
afterAll(() => consumer.remove());

const files = (): string[] =>
  readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));

describe('the archive', () => {
  test('holds what is needed, and nothing else', () => {
    const names = files().filter((name) => !name.startsWith('src/'));
    expect(names.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/index.cjs',
      'dist/index.cjs.map',
      'dist/index.d.cts',
      'dist/index.d.cts.map',
      'dist/index.d.mts',
      'dist/index.d.mts.map',
      'dist/index.mjs',
      'dist/index.mjs.map',
      'package.json',
    ]);
    expect(files()).toContain('src/index.ts');
  });

  test('depends on nothing, and does nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']) {
      expect(manifest[kind]).toBeUndefined();
    }
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    expect(
      readdirSync(join(consumer.folder, 'node_modules')).filter((name) => !name.startsWith('.')),
    ).toEqual(['@taskpact']);
  });

  test('says nothing of the machine that it was made on', () => {
    const home = dirname(sdk);
    for (const name of files()) expect(readFileSync(join(installed, name), 'utf8'), name).not.toContain(home);
  });

  test.each(['index.mjs', 'index.cjs'])('imports nothing in %s, neither of Node nor of anybody', (name) => {
    const code = readFileSync(join(installed, 'dist', name), 'utf8');
    expect(code).not.toMatch(/\bfrom\s*["']|\brequire\(|\bimport\(/);
  });

  test.each(['index.mjs.map', 'index.cjs.map'])('leads a debugger to the sources: %s', (name) => {
    const map = JSON.parse(readFileSync(join(installed, 'dist', name), 'utf8'));
    expect(map.sourcesContent).toHaveLength(map.sources.length);
    const own = map.sources.filter((source: string) => source.startsWith('../src/'));
    expect(own).toContain('../src/client.ts');
    for (const source of own) expect(existsSync(join(installed, 'dist', source)), source).toBe(true);
  });
});

describe('no fault is found', () => {
  const bin = (name: string, key: string): string => {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin[key]);
  };

  test('by publint', async () => {
    const publint = join(dirname(require.resolve('publint')), 'cli.js');
    const { stdout } = await run(process.execPath, [publint, '--strict', inject('archive')]);
    expect(stdout).toContain('All good!');
  });

  test('by Are The Types Wrong', async () => {
    const attw = [bin('@arethetypeswrong/cli', 'attw'), '--profile', 'node16', '--format', 'ascii'];
    const { stdout } = await run(process.execPath, [...attw, inject('archive')]);
    expect(stdout).toContain('No problems found');
  });
});

describe.each(Object.entries(budgets))('%s', (_name, { source, limit, figure }) => {
  test('keeps to its weight', async () => {
    expect(await weigh(source, consumer.folder)).toBeLessThanOrEqual(limit);
  });

  test('weighs what README.md says, or a twentieth more or less', async () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const [, said] =
      readme.match(new RegExp(`^\\| ${figure} \\| (\\S+) kB \\(at most ${limit / 1000}\\)`, 'm')) ?? [];
    const ratio = (await weigh(source, consumer.folder)) / (Number(said) * 1000);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  });
});
