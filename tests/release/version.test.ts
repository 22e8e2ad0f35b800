/** One version for all: the packages, the contract, the lockfile; and how a changeset raises it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PACKAGES } from '../../scripts/release/packages.ts';

const root = join(import.meta.dirname, '../..');
const json = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const folders = Object.values(PACKAGES).map(({ folder }) => folder);
const { version } = json(root, 'package.json');

test('every package, the contract and the lockfile have the same version', () => {
  expect(folders.map((folder) => json(root, join(folder, 'package.json')).version)).toEqual(
    folders.map(() => version),
  );
  expect(parse(readFileSync(join(root, 'openapi.yaml'), 'utf8')).info.version).toBe(version);
  expect(json(root, 'package-lock.json').version).toBe(version);
});

test('every package is a workspace, so that changesets find it', () => {
  expect(json(root, 'package.json').workspaces).toEqual(folders);
});

describe('a changeset for the SDK', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskpact-version-'));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const next = `${major}.${minor + 1}.0`;

  function applyChangesets() {
    const script = join(root, 'scripts/version.ts');
    const { status, stderr, stdout } = spawnSync(process.execPath, [script], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stderr, stdout };
  }

  beforeAll(() => {
    for (const file of ['package-lock.json', 'openapi.yaml', '.changeset/config.json']) {
      cpSync(join(root, file), join(folder, file));
    }
    for (const one of folders) {
      mkdirSync(join(folder, one), { recursive: true });
      cpSync(join(root, one, 'package.json'), join(folder, one, 'package.json'));
    }
    writeFileSync(
      join(folder, '.changeset/new.md'),
      '---\n"@taskpact/sdk": minor\n---\n\nLists can be sorted.\n',
    );
    const git = (...args: string[]) => spawnSync('git', args, { cwd: folder });
    git('init', '-q');
    git('add', '-A');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '-q', '-m', 'A change');
    expect(applyChangesets()).toEqual({ status: 0, stderr: '', stdout: `${next}\n` });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('raises the version of all packages', () => {
    expect(folders.map((one) => json(folder, join(one, 'package.json')).version)).toEqual(
      folders.map(() => next),
    );
  });

  test('is used up, and stands in the changelog of the SDK', () => {
    expect(existsSync(join(folder, '.changeset/new.md'))).toBe(false);
    expect(read('sdk/CHANGELOG.md')).toMatch(
      new RegExp(`## ${next}\n\n### Minor Changes\n\n- .*Lists can be sorted`),
    );
  });

  test('changes one line of the contract', () => {
    const lines = (text: string): string[] => text.split('\n');
    const before = lines(readFileSync(join(root, 'openapi.yaml'), 'utf8'));
    const changed = lines(read('openapi.yaml')).filter((line, index) => line !== before[index]);
    expect(changed).toEqual([`  version: ${next}`]);
  });

  test('changes the versions in the lockfile, and nothing else', () => {
    const before = json(root, 'package-lock.json');
    before.version = next;
    for (const one of folders) before.packages[one === '.' ? '' : one].version = next;
    expect(json(folder, 'package-lock.json')).toEqual(before);
  });

  test('has no effect a second time', () => {
    const files = ['package.json', 'openapi.yaml', 'package-lock.json', 'sdk/CHANGELOG.md'];
    const before = files.map(read);
    expect(applyChangesets()).toEqual({ status: 0, stderr: '', stdout: `${next}\n` });
    expect(files.map(read)).toEqual(before);
  });
});
