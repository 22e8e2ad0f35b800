/**
 * Prints the figures that stand in README.md, as measured here and now: weight, cold import, operations.
 *
 *   npm run figures -w @taskpact/sdk    builds first
 *
 * The tests of the package hold README.md to the weights; publint and Are The Types Wrong run there, too. `npm test` counts
 * the tests and the exchanges.
 */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { loadContract } from './contract.ts';
import { budgets, weigh } from './size.ts';

const root = dirname(import.meta.dirname);
const ROUNDS = 15;

const node = (...args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });

/** Milliseconds that a fresh process takes to load the package: the least of several, as others may use the machine. */
function coldImport(load: string): number {
  const program = `const start = performance.now(); ${load}; console.log(performance.now() - start);`;
  return Math.min(
    ...Array.from({ length: ROUNDS }, () => Number(node('--input-type=module', '-e', program))),
  );
}

const row = (what: string, figure: string): void => console.log(`| ${what} | ${figure} |`);

for (const { figure, source, limit } of Object.values(budgets)) {
  row(figure, `${((await weigh(source, root)) / 1000).toFixed(1)} kB (at most ${limit / 1000})`);
}
const esm = coldImport("await import('@taskpact/sdk')");
const cjs = coldImport(
  "process.getBuiltinModule('module').createRequire(process.cwd() + '/x.js')('@taskpact/sdk')",
);
row('Cold import', `${esm.toFixed(1)} ms as ES module, ${cjs.toFixed(1)} ms as CommonJS`);
row(
  'Operations of the contract, each a method',
  String(loadContract(join(root, '../openapi.yaml')).operations.length),
);
