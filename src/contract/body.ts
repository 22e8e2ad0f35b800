import express, { type RequestHandler } from 'express';
import type { Operation } from './document.ts';

/** Bytes of a request body, at most; the contract's 413 says the same in words. */
export const BODY_LIMIT = 100_000;

/**
 * Cuts the Content-Type to its bare media type, and drops one that the operation does not take. The validator caches
 * compiled schemas under whatever the client sends, without a bound, so nothing else may reach it; it answers 415 to
 * a missing one.
 */
export function normaliseContentType(operation: Operation): RequestHandler {
  return (request, _response, next) => {
    const header = request.headers['content-type'];
    if (header !== undefined) {
      const mediaType = parseContentType(header);
      if (mediaType !== undefined && operation.mediaTypes.includes(mediaType)) {
        request.headers['content-type'] = mediaType;
      } else {
        delete request.headers['content-type'];
      }
    }
    next();
  };
}

/** The media type in lower case, or undefined when it is malformed or in another charset than UTF-8. */
function parseContentType(header: string): string | undefined {
  const [mediaType = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => parameter.startsWith('charset='));
  const utf8 = charsets.every((charset) => /^charset="?utf-?8"?$/.test(charset));
  return utf8 && /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(mediaType) ? mediaType : undefined;
}

/** Parsers for the media types that the operation takes; none when it takes no body. */
export function bodyParsers(operation: Operation): RequestHandler[] {
  const json = operation.mediaTypes.filter((type) => type.endsWith('json'));
  const form = operation.mediaTypes.filter((type) => type === 'application/x-www-form-urlencoded');
  // Not strict: a bare null or number is valid JSON, and the schema says better what is wrong with it.
  return [
    ...(json.length > 0 ? [express.json({ type: json, limit: BODY_LIMIT, strict: false })] : []),
    ...(form.length > 0 ? [express.urlencoded({ type: form, limit: BODY_LIMIT, extended: false })] : []),
  ];
}
