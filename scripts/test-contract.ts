/**
 * The contract's tests, in a short run or, with `--long`, in one that takes minutes. Everything else on the command line
 * goes to vitest: `npm run test:contract -- --long -t createTask`.
 */
import { readArguments, runTests } from './vitest.ts';

const { isLong, rest } = readArguments();
runTests('conformance', rest, { CONTRACT_LONG: isLong ? '1' : '0' });
