/**
 * Compares openapi.yaml with that of the last release, and fails when a client that kept to the old one could break on the
 * new one.
 *
 *   node scripts/check-breaking.ts                       against the newest tag v* that this commit descends from
 *   node scripts/check-breaking.ts --against <commit>    against that
 *
 * What has been decided on stands in contract-changes.allow.yaml. Exit code 0: nothing breaks, or there is no release yet.
 * 1: something breaks, an entry of the file allows nothing, or the comparison is not possible.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { applyAllowList, parseAllowList, type Verdicts } from './breaking/allow-list.ts';
import { compareContracts } from './breaking/compare.ts';
import { parseContract } from './breaking/document.ts';
import { git, lastRelease } from './breaking/release.ts';

const CONTRACT = 'openapi.yaml';
const ALLOW_LIST = 'contract-changes.allow.yaml';

function contractAt(commit: string): string {
  const { ok, text } = git('show', `${commit}:${CONTRACT}`);
  if (!ok) throw new Error(`There is no ${CONTRACT} at ${commit}.`);
  return text;
}

function report({ refused, allowed, unused, notable }: Verdicts): boolean {
  const print = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) console.log([title, ...lines.map((line) => `  ${line}`)].join('\n'));
  };
  print(
    'Changes that clients may notice:',
    notable.map(({ change }) => change),
  );
  print(
    'Breaking, and allowed:',
    allowed.map(({ change, reason }) => `${change} (${reason})`),
  );
  print(
    'BREAKING:',
    refused.map(({ change }) => change),
  );
  print(
    `Allowed in ${ALLOW_LIST}, but not there:`,
    unused.map(({ change }) => change),
  );
  if (refused.length > 0) {
    console.log(
      `Make the change in a way that clients survive; if it has to be, allow it in ${ALLOW_LIST} with the reason.`,
    );
  }
  return refused.length === 0 && unused.length === 0;
}

function main(): boolean {
  const { values } = parseArgs({ options: { against: { type: 'string' } } });
  const since = values.against ?? lastRelease();
  if (since === undefined) {
    console.log('There is no release yet (no tag v*): nothing to compare the contract with.');
    return true;
  }
  const list = parseAllowList(readFileSync(ALLOW_LIST, 'utf8'), ALLOW_LIST);
  const before = parseContract(contractAt(since), `${CONTRACT} at ${since}`);
  const after = parseContract(readFileSync(CONTRACT, 'utf8'), CONTRACT);
  const good = report(applyAllowList(compareContracts(before, after), list, since));
  if (good) console.log(`The contract breaks nothing of ${since}.`);
  return good;
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
