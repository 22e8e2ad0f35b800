import type { Middleware } from './options.ts';

interface Entry {
  readonly etag: string;
  readonly authorization: string | null;
  readonly body: string;
}

/**
 * Middleware that keeps what was read with an ETag, and reads it again with `If-None-Match`: what has not changed costs
 * the server next to nothing and is not transferred. What comes back is never stale, as the server is always asked.
 *
 * An entry counts only for the access token that it was read with. So one account never sees another's, and after a
 * refresh everything is read in full once.
 *
 * @param options.maxEntries how many answers are kept; the least recently used one goes first. 200 unless told otherwise
 */
export function etagCache({ maxEntries = 200 }: { readonly maxEntries?: number } = {}): Middleware {
  const entries = new Map<string, Entry>();
  const keep = (url: string, entry: Entry): void => {
    entries.delete(url);
    entries.set(url, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
  };
  return async (request, next) => {
    if (request.method !== 'GET' || request.headers.has('If-None-Match')) return next(request);
    const { url } = request;
    const authorization = request.headers.get('Authorization');
    const known = entries.get(url);
    const usable = known?.authorization === authorization ? known : undefined;
    if (usable) request.headers.set('If-None-Match', usable.etag);
    const response = await next(request);
    if (usable && response.status === 304) {
      keep(url, usable);
      return new Response(usable.body, { headers: response.headers });
    }
    const etag = response.headers.get('ETag');
    if (response.status !== 200 || etag === null) return response;
    const body = await response.text();
    keep(url, { etag, authorization, body });
    return new Response(body, response);
  };
}
