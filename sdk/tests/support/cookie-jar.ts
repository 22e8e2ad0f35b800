import type { Fetch } from '../../src/index.ts';

export interface Browser {
  /** Keeps cookies and sends them as a browser would, as far as this API makes use of them. */
  readonly fetch: Fetch;
  /** What the jar holds, by name. */
  readonly cookies: Map<string, string>;
}

/**
 * A `fetch` with a jar, as of a page of another origin on the same site: cookies travel if the call includes credentials,
 * and not otherwise.
 *
 * @param origin what a page would say of itself
 */
export function createBrowser(origin?: string): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      if (origin !== undefined) headers.set('Origin', origin);
      const included = init.credentials === 'include';
      const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      if (included && sent !== '') headers.set('Cookie', sent);
      const response = await fetch(url, { ...init, headers });
      if (included) for (const line of response.headers.getSetCookie()) keep(cookies, line);
      return response;
    },
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  for (const needed of ['HttpOnly', 'Secure', 'Path=/', 'SameSite=Strict']) {
    if (!attributes.includes(needed)) throw new Error(`A cookie without ${needed}: ${line}`);
  }
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, value);
}
