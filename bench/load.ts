import { spawn, spawnSync } from 'node:child_process';
import autocannon from 'autocannon';
import { canPin } from './processes.ts';

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly connections: number;
}

/** wrk takes less of the machine; autocannon comes with the project. */
export const client = spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'autocannon';

/** Requests per second that were answered with 200. @throws Error when any was not */
export async function measure(load: Load): Promise<number> {
  return client === 'wrk' ? measureWithWrk(load) : measureWithAutocannon(load);
}

async function measureWithWrk({ url, headers, seconds, connections }: Load): Promise<number> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, ...fields, url];
  const [program = 'wrk', ...parameters] = canPin ? ['taskset', '-c', '1', ...wrk] : wrk;
  const output = await run(program, parameters);
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`The load met errors:\n${output}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

function run(program: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', reject).once('exit', () => resolve(output));
  });
}

async function measureWithAutocannon({ url, headers, seconds, connections }: Load): Promise<number> {
  const result = await autocannon({ url, headers, duration: seconds, connections });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`The load met ${result.non2xx + result.errors} errors`);
  return result.requests.average;
}
