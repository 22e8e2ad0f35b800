/**
 * Clients of `bench/overload.ts`, in a process of its own: requests arrive at a steady rate, whether or not those before
 * are answered, as they do from the many who know nothing of each other. A request's time counts from when it was due,
 * so waiting for a connection is in it.
 *
 *     node bench/open-loop.ts <file with the orders, as JSON>
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadRequest, NUMBER } from './load.ts';
import { quantile } from './statistics.ts';

export interface Orders {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[];
  /** Per second; null for as many as so many connections take one after the other. */
  readonly rate: number | null;
  /** Whether requests are left out, rather than become due, while no connection is free. */
  readonly patient?: boolean;
  readonly seconds: number;
  readonly connections: number;
}

export interface Outcome {
  /** Requests that were due. */
  readonly asked: number;
  /** Answers by status; 0 for none. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers below 400 that came while requests still arrived. */
  readonly inTime: number;
  /** Milliseconds to answers below 400, and to the others; null when there were none. */
  readonly answered: { readonly p50: number | null; readonly p99: number | null };
  readonly refused: { readonly p50: number | null; readonly p99: number | null };
}

interface Connection {
  readonly socket: Socket;
  /** When the request on its way was due. */
  since: number;
  received: string;
}

/** Milliseconds that the last ones get. */
const PATIENCE = 10_000;
const orders: Orders = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const texts = orders.requests.map((request) => wireTextOf(request));
const statuses: Record<string, number> = {};
const times: { answered: number[]; refused: number[] } = { answered: [], refused: [] };
const free: Connection[] = [];
/** When those were due that wait for a connection. */
const queue: number[] = [];
let number = Math.floor(Date.now() / 100) % 80_000_000;
let asked = 0;
let inTime = 0;
let isOver = false;
let open = 0;

function wireTextOf({ method, path, headers, body = '' }: LoadRequest): string {
  const fields = { Host: '127.0.0.1', ...headers, ...(body && { 'Content-Length': String(lengthOf(body)) }) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

function lengthOf(body: string): number {
  return Buffer.byteLength(body.replace(NUMBER, '12345678'));
}

function ask(connection: Connection, due: number): void {
  const text = texts[asked % texts.length] ?? '';
  asked += 1;
  number += 1;
  connection.since = due;
  connection.socket.write(text.replace(NUMBER, String(10_000_000 + number)));
}

function take(connection: Connection, chunk: string): void {
  connection.received += chunk;
  const head = connection.received.indexOf('\r\n\r\n');
  if (head < 0 || !isWhole(connection.received, head + 4)) return;
  const status = connection.received.slice(9, 12);
  connection.received = '';
  note(status, performance.now() - connection.since);
  const due = queue.shift();
  if (due === undefined) free.push(connection);
  else ask(connection, due);
}

function isWhole(received: string, body: number): boolean {
  if (/^.{9}(?:204|304)/.test(received)) return true;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, body))?.[1];
  return length === undefined ? received.endsWith('0\r\n\r\n') : received.length >= body + Number(length);
}

function note(status: string, time: number): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
  const isGood = Number(status) < 400;
  (isGood ? times.answered : times.refused).push(time);
  if (isGood && !isOver) inTime += 1;
}

async function openConnection(): Promise<void> {
  const socket = connect(orders.port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  const connection: Connection = { socket, since: 0, received: '' };
  socket.on('data', (chunk: string) => take(connection, chunk));
  socket.on('error', () => {});
  socket.on('close', () => {
    open -= 1;
    const place = free.indexOf(connection);
    if (place >= 0) free.splice(place, 1);
  });
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  open += 1;
  free.push(connection);
}

const { rate, patient = rate === null, seconds, connections } = orders;
for (let count = 0; count < connections; count += 1) await openConnection();
const start = performance.now();
let due = 0;
let leftOut = 0;
for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
  const scheduled = rate === null ? Number.POSITIVE_INFINITY : Math.floor((elapsed * rate) / 1_000) - leftOut;
  const wanted = patient ? Math.min(scheduled, due + free.length) : scheduled;
  if (patient && rate !== null) leftOut += scheduled - wanted;
  for (; due < wanted; due += 1) {
    const at = patient || rate === null ? performance.now() : start + (due * 1_000) / rate;
    const connection = free.pop();
    if (connection === undefined) queue.push(at);
    else ask(connection, at);
  }
  await sleep(1);
}
isOver = true;
const end = performance.now();
// What was due and has found no connection in all the time is lost.
queue.length = 0;
while (free.length < open && performance.now() < end + PATIENCE) await sleep(10);
const lost = due - Object.values(statuses).reduce((sum, count) => sum + count, 0);
const outcome: Outcome = {
  asked: due,
  statuses: lost > 0 ? { ...statuses, 0: lost } : statuses,
  inTime,
  answered: quantilesOf(times.answered),
  refused: quantilesOf(times.refused),
};
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));

function quantilesOf(values: readonly number[]): Outcome['answered'] {
  return values.length === 0
    ? { p50: null, p99: null }
    : { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
