import { parseArgs } from 'node:util';
import { CONTRACT_PATH } from '../../src/contract/document.ts';

/** Milliseconds that every answer waits, drawn anew for each. */
export interface Latency {
  readonly least: number;
  readonly most: number;
}

export interface MockOptions {
  /** Path of the contract. */
  readonly contract: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly latency: Latency;
  /** Generate data unless a request prefers otherwise. */
  readonly dynamic: boolean;
  /** Where generated data starts; the same seed and the same requests give the same answers. */
  readonly seed: number;
  /** Log nothing. */
  readonly quiet: boolean;
}

/** Something about the command line, the contract or the port that the user can mend. */
export class MockError extends Error {
  override readonly name = 'MockError';
}

export const HELP = `Usage: taskpact-mock [options]

Answers every operation of a contract with its examples, or with data made from its schemas. Nothing is stored.

  --contract <file>   the contract (the one that this version comes with)
  --port <number>     where to listen; 0 takes a free port (4010)
  --host <address>    which address to listen on (127.0.0.1)
  --latency <ms>      wait before each answer: 200, or 100..400 for something in between (0)
  --dynamic           generated data instead of examples
  --seed <number>     where generated data starts (1)
  --quiet             no line for each request
  --help              this text

A request picks its answer with the header Prefer: code=404, example=<name>, dynamic=true, or several by commas.
`;

/** An hour: more is a slip of the pen. */
const LONGEST_LATENCY = 3_600_000;

/**
 * Reads the command line.
 *
 * @returns undefined when help is wanted
 * @throws MockError naming what is wrong
 */
export function parseOptions(args: readonly string[]): MockOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return {
    contract: values.contract,
    host: values.host,
    port: integer('--port', values.port, 65_535),
    latency: parseLatency(values.latency),
    dynamic: values.dynamic,
    seed: integer('--seed', values.seed, 2 ** 31 - 1),
    quiet: values.quiet,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        contract: { type: 'string', default: CONTRACT_PATH },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '4010' },
        latency: { type: 'string', default: '0' },
        dynamic: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new MockError(`${(error as Error).message} Try --help.`, { cause: error });
  }
}

function integer(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw new MockError(`${option} must be a whole number from 0 to ${most}.`);
  return value;
}

function parseLatency(text: string): Latency {
  const [, first, second] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const latency = { least: Number(first), most: Number(second ?? first) };
  if (first === undefined || latency.least > latency.most || latency.most > LONGEST_LATENCY) {
    throw new MockError('--latency must be milliseconds such as 200, or a range such as 100..400.');
  }
  return latency;
}
