import type { Logger } from './logger.ts';

/**
 * Warns of operations that the server has announced to be on their way out (`Deprecation`, RFC 9745, and `Sunset`,
 * RFC 8594), once for each.
 */
export function createDeprecationWatch(logger: Logger): (operation: string, headers: Headers) => void {
  const warned = new Set<string>();
  return (operation, headers) => {
    const deprecation = headers.get('Deprecation');
    const sunset = headers.get('Sunset');
    if (warned.has(operation) || (deprecation === null && sunset === null)) return;
    warned.add(operation);
    const since = toDate(deprecation);
    logger.warn(
      `${operation} is deprecated${since ? ` since ${since}` : ''}${sunset ? ` and ends on ${toDate(sunset)}` : ''}`,
      { operation, deprecation, sunset, link: headers.get('Link') },
    );
  };
}

/** The day of a structured date (`@1767225600`) or an HTTP date; whatever else it is, as it is. */
function toDate(value: string | null): string {
  const date = new Date(value?.startsWith('@') ? Number(value.slice(1)) * 1000 : (value ?? ''));
  return Number.isNaN(date.getTime()) ? (value ?? '').replace('true', '') : date.toISOString().slice(0, 10);
}
