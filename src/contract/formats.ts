import type { Format } from 'ajv';
import { LRUCache } from 'lru-cache';
import type { ContractDocument } from './document.ts';

/**
 * The formats that the contract uses beyond JSON Schema's own. `password` is a display hint to others; here it also
 * holds the limit of bcrypt, which counts bytes where `maxLength` counts characters.
 */
export function createFormats(document: ContractDocument): Record<string, Format> {
  const passwordBytes = document.components.schemas.NewPassword.maxLength;
  return {
    password: {
      type: 'string',
      validate: (value: string) => Buffer.byteLength(value, 'utf8') <= passwordBytes,
    },
    'time-zone': { type: 'string', validate: isTimeZone },
    // The library's own takes ten times as long, sixty times for a page of tasks.
    'date-time': { type: 'string', validate: isDateTime },
  };
}

/** The formats that the validator itself checks: JSON Schema 2020-12 section 7.3 and the OpenAPI format registry. */
const VALIDATORS_OWN = [
  ...['date', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'json-pointer', 'regex'],
  ...['uri', 'uri-reference', 'uri-template', 'uuid'],
  ...['int32', 'int64', 'float', 'double', 'byte', 'binary'],
];

/**
 * The validator takes a format that it does not know for no rule at all, and only warns.
 *
 * @throws Error that names every unknown format of the document
 */
export function requireKnownFormats(document: ContractDocument, own: Readonly<Record<string, Format>>): void {
  const known = new Set([...VALIDATORS_OWN, ...Object.keys(own)]);
  const unknown = [...formatsIn(document)].filter((format) => !known.has(format));
  if (unknown.length > 0) throw new Error(`Nothing checks the format ${[...new Set(unknown)].join(', ')}`);
}

/** Values beside a schema may look like one. */
const VALUES = new Set(['example', 'examples', 'default', 'const', 'enum']);

function* formatsIn(node: unknown): Iterable<string> {
  if (typeof node !== 'object' || node === null) return;
  if ('format' in node && typeof node.format === 'string') yield node.format;
  for (const [key, child] of Object.entries(node)) if (!VALUES.has(key)) yield* formatsIn(child);
}

/** Zone names that were found to exist, in the spelling that was sent. Asking Intl takes longer than a query. */
const knownTimeZones = new LRUCache<string, true>({ max: 2_000 });

function isTimeZone(name: string): boolean {
  if (knownTimeZones.has(name)) return true;
  // Offsets such as +01:00 are taken by Intl too, but they are not zone names: they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  knownTimeZones.set(name, true);
  return true;
}

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 section 5.6, without leap seconds, which PostgreSQL does not store either. */
function isDateTime(text: string): boolean {
  const [, year, month, day] = DATE_TIME.exec(text) ?? [];
  return day !== undefined && Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month));
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
