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
  };
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
