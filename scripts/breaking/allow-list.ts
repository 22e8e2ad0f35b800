import { parse } from 'yaml';
import type { Finding } from './compare.ts';

/** A breaking change that was decided on. */
export interface AllowedChange {
  readonly change: string;
  readonly reason: string;
}

/** What the file holds: the changes since one release. */
export interface AllowList {
  /** The tag that they are counted from; null before the first release. */
  readonly since: string | null;
  readonly allow: readonly AllowedChange[];
}

/** @throws Error that says what is wrong with the file */
export function parseAllowList(text: string, name: string): AllowList {
  const { since, allow, ...others } = (parse(text) ?? {}) as { [key: string]: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${name} has a field that nobody reads: ${unknown}`);
  if (since !== null && typeof since !== 'string') throw new Error(`${name}: since must be a tag, or null`);
  if (!Array.isArray(allow)) throw new Error(`${name}: allow must be a list`);
  const entries = allow.map((entry: unknown) => parseEntry(entry, name));
  const twice = entries.find(
    ({ change }, index) => entries.findIndex((other) => other.change === change) < index,
  );
  if (twice !== undefined) throw new Error(`${name} allows this twice: ${twice.change}`);
  return { since, allow: entries };
}

function parseEntry(entry: unknown, name: string): AllowedChange {
  const { change, reason, ...others } = (entry ?? {}) as { [key: string]: unknown };
  const words = [change, reason].every((text) => typeof text === 'string' && text.trim() !== '');
  if (!words || Object.keys(others).length > 0) {
    throw new Error(`${name}: each entry has a change and the reason why it is allowed, and nothing else`);
  }
  return { change: String(change), reason: String(reason).trim() };
}

export interface Verdicts {
  /** Breaking, and nobody has decided on it. */
  readonly refused: readonly Finding[];
  readonly allowed: readonly AllowedChange[];
  /** Entries that allow something that has not happened, or no longer. */
  readonly unused: readonly AllowedChange[];
  readonly notable: readonly Finding[];
}

/** An entry for another release than the one that is compared with counts for nothing. */
export function applyAllowList(findings: readonly Finding[], list: AllowList, since: string): Verdicts {
  const entries = list.since === since ? list.allow : [];
  const breaking = findings.filter(({ verdict }) => verdict === 'breaking');
  const isFound = ({ change }: AllowedChange): boolean =>
    breaking.some((finding) => finding.change === change);
  return {
    refused: breaking.filter(({ change }) => !entries.some((entry) => entry.change === change)),
    allowed: entries.filter(isFound),
    unused: entries.filter((entry) => !isFound(entry)),
    notable: findings.filter(({ verdict }) => verdict === 'notable'),
  };
}
