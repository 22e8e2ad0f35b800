import { isUnchanged } from './conditional.ts';
import { linkHeader, type PageFrame } from './pages.ts';

/** A list, with its entity tag if it has one. */
export interface TaggedList<List> {
  readonly list: List;
  readonly tag: string | undefined;
}

type ListReply<List> =
  | { readonly status: 200; readonly headers: { Link?: string; ETag?: string }; readonly body: List }
  | { readonly status: 304; readonly headers: { ETag: string } };

/**
 * Answers with a list, or says that the client has it already.
 *
 * @param currentTag finds out without reading the list which of the tags in `If-None-Match` is current; refuses what `read`
 *   would refuse
 */
export async function listReply<List extends PageFrame>(
  { url, headers }: { readonly url: string; readonly headers: { readonly 'if-none-match'?: string } },
  currentTag: (header: string) => Promise<string | undefined>,
  read: () => Promise<TaggedList<List>>,
): Promise<ListReply<List>> {
  const header = headers['if-none-match'];
  const current = header === undefined ? undefined : await currentTag(header);
  if (current !== undefined) return { status: 304, headers: { ETag: current } };
  const { list, tag } = await read();
  // For `*`, which is any tag.
  if (tag !== undefined && isUnchanged(header, tag)) return { status: 304, headers: { ETag: tag } };
  const link = linkHeader(url, list);
  return { status: 200, headers: tag === undefined ? link : { ...link, ETag: tag }, body: list };
}
