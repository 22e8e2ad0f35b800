/**
 * The contract's tests, in a short run or, with `--long`, in one that takes minutes. Everything else on the command line
 * goes to vitest: `npm run test:contract -- --long -t createTask`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const given = process.argv.slice(2);
const isLong = given.includes('--long');
const args = given.filter((argument) => argument !== '--long');
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(process.execPath, [vitest, 'run', '--project', 'conformance', ...args], {
  stdio: 'inherit',
  env: { ...process.env, CONTRACT_LONG: isLong ? '1' : '0' },
});
child.once('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
