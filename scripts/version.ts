/**
 * Applies the changesets: new versions, changelogs, and the version in the contract, which is that of the packages.
 *
 *   node scripts/version.ts
 *
 * Works on the repository in the current folder. Run `npm run generate` afterwards; `npm run version:packages` does both.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PACKAGES } from './release/packages.ts';
import { run } from './release/run.ts';

const root = process.cwd();
const cli = join(dirname(createRequire(import.meta.url).resolve('@changesets/cli/package.json')), 'bin.js');

function edit(file: string, change: (text: string) => string): void {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(path, after);
}

/** Without any there is nothing to apply, which the tool takes for a mistake. */
function hasChangesets(): boolean {
  return readdirSync(join(root, '.changeset')).some((file) => file.endsWith('.md') && file !== 'README.md');
}

/** The contract is edited as text, so that its comments and its layout stay. */
function setContractVersion(version: string): void {
  edit('openapi.yaml', (text) => {
    const changed = text.replace(/^(info:\n(?: .*\n)*? {2}version: ).*$/m, `$1${version}`);
    if (!changed.includes(`\n  version: ${version}\n`)) throw new Error('openapi.yaml has no info.version.');
    return changed;
  });
}

/** npm would do it too, but over the network, and with newer versions of what is installed as well. */
function setLockedVersions(version: string): void {
  edit('package-lock.json', (text) => {
    const lock = JSON.parse(text);
    lock.version = version;
    for (const { folder } of Object.values(PACKAGES)) {
      const entry = lock.packages[folder === '.' ? '' : folder];
      if (entry !== undefined) entry.version = version;
    }
    return `${JSON.stringify(lock, null, 2)}\n`;
  });
}

if (hasChangesets()) run(process.execPath, [cli, 'version'], { cwd: root });
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
setContractVersion(version);
setLockedVersions(version);
console.log(version);
