import { entityTag, splitTags } from './conditional.ts';

/**
 * Entity tags of lists: the number of the user's last change, for example `"1742"`. Any change makes every list of the
 * user a new one, and finding out whether there was one costs the same for any list. Where a list changes by itself at
 * some time, that instant follows, in milliseconds to the base of 36.
 */

/** @param until when the list will be another one though nobody changes anything */
export function listTag(seq: string, until?: string): string {
  return until === undefined ? entityTag(seq) : entityTag(seq, Date.parse(until).toString(36));
}

/**
 * `If-None-Match` of a list, without reading the list.
 *
 * @param lastChange reads the number of the user's last change; not called when there is nothing to compare
 * @returns the tag that is still current, or undefined when the list has to be read
 */
export async function currentListTag(
  header: string | undefined,
  lastChange: () => Promise<string | undefined>,
  now: Date,
): Promise<string | undefined> {
  const tags = splitTags(header ?? '').map((tag) => tag.replace(/^W\//, ''));
  const known = tags.flatMap((tag) => {
    const [, seq, until] = /^"([0-9]+)(?:-([0-9a-z]{1,11}))?"$/.exec(tag) ?? [];
    const isOver = until !== undefined && Number.parseInt(until, 36) <= now.getTime();
    return seq === undefined || isOver ? [] : [{ tag, seq }];
  });
  if (known.length === 0) return undefined;
  const seq = await lastChange();
  return known.find((one) => one.seq === seq)?.tag;
}
