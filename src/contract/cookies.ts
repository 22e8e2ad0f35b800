import { parse, serialize } from 'cookie';
import type { RequestHandler } from 'express';
import type { Operation } from './document.ts';

/**
 * Reads those cookies of a request that its operation knows, for the validator and the handler. Others are not ours: a
 * browser sends whatever it has for the host.
 */
export function readCookies({ cookies }: Operation): RequestHandler {
  return (request, _response, next) => {
    // As they are: nothing that we set is encoded.
    const all = parse(request.headers.cookie ?? '', { decode: (value) => value });
    const known = cookies.filter((name) => all[name] !== undefined);
    request.cookies = Object.fromEntries(known.map((name) => [name, all[name]]));
    next();
  };
}

/**
 * A cookie for this very host, which scripts can't read and other sites can't cause to be sent. For the prefix `__Host-`
 * browsers demand `Secure`, `Path=/` and no `Domain` (RFC 6265bis section 4.1.3).
 *
 * @param maxAge seconds that the browser keeps it
 */
export function hostCookie(name: `__Host-${string}`, value: string, maxAge: number): string {
  return serialize(name, value, { path: '/', maxAge, httpOnly: true, secure: true, sameSite: 'strict' });
}

/** Makes the browser forget the cookie. */
export function removedCookie(name: `__Host-${string}`): string {
  return hostCookie(name, '', 0);
}
