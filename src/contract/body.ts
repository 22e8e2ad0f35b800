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
    ...(operation.mediaTypes.length > 0 ? [refuseLargeBodies] : []),
    ...(json.length > 0 ? [express.json({ type: json, limit: BODY_LIMIT, strict: false })] : []),
    ...(form.length > 0 ? [express.urlencoded({ type: form, limit: BODY_LIMIT, extended: false })] : []),
    forgetEmptyBody,
  ];
}

/** The body is larger than `BODY_LIMIT`. */
export class BodyTooLargeError extends Error {
  constructor() {
    super('The body is larger than the server takes.');
  }
}

/**
 * Refuses a body as soon as it is known to be too large. The parsers would read it to its end first, which an endless
 * one does not have. The connection is closed after the answer, for the rest of the body is still on its way.
 */
const refuseLargeBodies: RequestHandler = (request, response, next) => {
  let refused = false;
  const refuse = (): void => {
    if (refused || response.headersSent) return;
    refused = true;
    response.set('Connection', 'close');
    next(new BodyTooLargeError());
  };
  if (Number(request.headers['content-length']) > BODY_LIMIT) return refuse();
  response.locals.bodyBytes = 0;
  request.on('data', (chunk: Buffer) => {
    response.locals.bodyBytes += chunk.length;
    if (response.locals.bodyBytes > BODY_LIMIT) refuse();
  });
  next();
};

/** No bytes are no body; the JSON parser takes them for an empty object. */
const forgetEmptyBody: RequestHandler = (request, response, next) => {
  const isJson = request.headers['content-type']?.endsWith('json') === true;
  if (isJson && response.locals.bodyBytes === 0) request.body = undefined;
  next();
};
