/**
 * What is installed, as the lockfile tells it. Known vulnerabilities are asked for by a scheduled workflow,
 * `.github/workflows/audit.yml`: whether there are any depends on the day and not on the commit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies?: object;
}
const manifest = read('package.json');
const locked: Readonly<Record<string, Locked>> = read('package-lock.json').packages;
const folders = Object.keys(locked);
const packages = Object.entries(locked).filter(
  ([folder, { link }]) => folder.includes('node_modules/') && link !== true,
);
const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 13);

/** Licences that ask for no more than their text and a name to be kept, if that. */
const LICENCES = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
];

/** Says so in its Readme alone. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = { pause: 'MIT' };

/** An SPDX expression, of the choices in which one is enough. Old packages have a list in place of it. */
function licencesOf(folder: string, { license = TOLD_ELSEWHERE[nameOf(folder)] }: Locked): string[] {
  if (license !== undefined) return license.replaceAll(/[()]/g, '').split(' OR ');
  const { licenses = [] }: { licenses?: { type: string }[] } = read(`${folder}/package.json`);
  return licenses.map(({ type }) => type);
}

describe('SC1 what the server needs to run', () => {
  const production = packages.filter(([, { dev }]) => dev !== true);

  it('has licences that oblige nobody to anything', () => {
    const others = production.filter(([folder, entry]) => {
      return !licencesOf(folder, entry).some((licence) => LICENCES.includes(licence));
    });
    expect(others.map(([folder, entry]) => [folder, licencesOf(folder, entry)])).toEqual([]);
    expect(production.length).toBeGreaterThan(50);
  });

  it.each([
    ['express', [5, 2, 0]],
    ['multer', [2, 0, 0]],
    ['path-to-regexp', [8, 0, 0]],
    ['qs', [6, 14, 1]],
  ] as const)('has %s, where at all, in a version without the known holes', (name, least) => {
    const number = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 10_000 + part, 0);
    const versions = production.filter(([folder]) => nameOf(folder) === name);
    for (const [folder, { version = '' }] of versions) {
      const found = version.split('.').map((part) => Number.parseInt(part, 10));
      expect([folder, version, number(found) >= number(least)]).toEqual([folder, version, true]);
    }
  });
});

describe('SC1 the lockfile', () => {
  it('knows the hash of everything', () => {
    const others = packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''));
    expect(others.map(([folder]) => folder)).toEqual([]);
  });

  const workspaces = ['', ...manifest.workspaces.filter((folder: string) => folder !== '.')];
  it.each(workspaces)('agrees with the package in "%s", which names exact versions', (folder) => {
    const own = read(join(folder, 'package.json'));
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
    for (const kind of kinds) expect(locked[folder]?.[kind]).toEqual(own[kind]);
    const exact = { ...own.dependencies, ...own.devDependencies };
    const ranges = Object.entries<string>(exact).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(ranges).toEqual([]);
  });

  it('has no package with a script at its installation that nobody decided about', () => {
    const withScripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = new Set(withScripts.map(([folder]) => nameOf(folder)));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...names].sort());
  });

  it('has at least the packages that the manifest asks for', () => {
    for (const name of Object.keys(manifest.dependencies)) expect(folders).toContain(`node_modules/${name}`);
  });
});
