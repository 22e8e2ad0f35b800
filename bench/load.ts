import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { canPin } from './processes.ts';

export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `NUMBER` in it becomes a number of eight digits that no other request has. */
  readonly body?: string;
}

export interface Load {
  readonly origin: string;
  /** Sent again and again, one after the other. */
  readonly requests: readonly LoadRequest[];
  /** The only status that is right. */
  readonly status: number;
  readonly seconds: number;
  readonly connections: number;
  /** Where something may be written. */
  readonly folder: string;
}

export const NUMBER = '%N%';
const DIGITS = 8;

/** wrk takes less of the machine; autocannon comes with the project. */
export const client = spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'autocannon';

/** Requests per second that were answered. @throws Error when one was answered with another status, or not at all */
export async function measure(load: Load): Promise<number> {
  return client === 'wrk' ? measureWithWrk(load) : measureWithAutocannon(load);
}

/** Larger in each process and each second than before, and eight digits for years. */
let number = 10_000_000 + (Math.floor(Date.now() / 100) % 80_000_000);
const MOST_PER_SECOND = 50_000;

async function measureWithWrk(load: Load): Promise<number> {
  const script = join(load.folder, 'load.lua');
  await writeFile(script, luaOf(load));
  const { connections, seconds, origin } = load;
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, origin];
  const [program = 'wrk', ...parameters] = canPin ? ['taskset', '-c', '1', ...wrk] : wrk;
  const output = await run(program, parameters);
  const [, wrong] = /^wrong: (\d+)$/m.exec(output) ?? [];
  if (wrong !== '0' || /Socket errors/.test(output)) {
    throw new Error(`${load.requests[0]?.path} did not always answer ${load.status}:\n${output}`);
  }
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

/** Strings of JSON are strings of Lua as long as they are ASCII without escapes of Unicode. */
function luaOf({ requests, status, seconds }: Load): string {
  const quote = JSON.stringify;
  const lines = requests.map(({ method, path, headers, body = '' }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${quote(name)}]=${quote(value)}`);
    return `{${quote(method)}, ${quote(path)}, {${fields.join(', ')}}, ${quote(body.replace(NUMBER, '#'.repeat(DIGITS)))}},`;
  });
  const first = number;
  number += seconds * MOST_PER_SECOND;
  return `local requests = {\n${lines.join('\n')}\n}
local threads, texts, index, number = {}, {}, 0, ${first}
wrong = 0
function setup(thread) table.insert(threads, thread) end
function init() for place, parts in ipairs(requests) do texts[place] = wrk.format(unpack(parts)) end end
function request()
  index = index % #requests + 1
  if not texts[index]:find("${'#'.repeat(DIGITS)}") then return texts[index] end
  number = number + 1
  return (texts[index]:gsub("${'#'.repeat(DIGITS)}", tostring(number)))
end
function response(status) if status ~= ${status} then wrong = wrong + 1 end end
function done()
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get("wrong") end
  print("wrong: " .. sum)
end
`;
}

function run(program: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', reject).once('close', () => resolve(output));
  });
}

async function measureWithAutocannon(load: Load): Promise<number> {
  const { origin, requests, status, seconds, connections } = load;
  let begun = 0;
  const result = await autocannon({
    url: origin,
    connections,
    duration: seconds,
    setupClient: (one) => {
      // Each begins elsewhere, so that no two ask for the same.
      const first = Math.floor((begun * requests.length) / connections);
      begun += 1;
      const turned = [...requests.slice(first), ...requests.slice(0, first)];
      one.setRequests(turned.map(toAutocannon));
    },
  });
  const answered = Object.keys(result.statusCodeStats ?? {});
  if (result.errors > 0 || answered.some((one) => one !== String(status))) {
    throw new Error(`${requests[0]?.path} answered ${answered}, with ${result.errors} errors`);
  }
  return result.requests.average;
}

function toAutocannon({ method, path, headers, body }: LoadRequest): autocannon.Request {
  const request = { method: method as 'GET', path, headers: { ...headers } };
  if (body === undefined) return request;
  if (!body.includes(NUMBER)) return { ...request, body };
  const setupRequest = (draft: autocannon.Request): autocannon.Request => {
    number += 1;
    return { ...draft, body: body.replace(NUMBER, String(number)) };
  };
  return { ...request, body, setupRequest };
}
