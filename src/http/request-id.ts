import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { ContractDocument } from '../contract/document.ts';

/**
 * Gives every request an id, in `res.locals` and in the answer. One that the client or a proxy sends is kept if it has
 * the form that the contract describes, so that a trace can cross services.
 */
export function requestId(document: ContractDocument): RequestHandler {
  const { pattern, minLength, maxLength } = document.components.headers.RequestId.schema;
  const form = new RegExp(pattern);
  return (request, response, next) => {
    const given = request.get('X-Request-Id');
    const usable =
      given !== undefined && given.length >= minLength && given.length <= maxLength && form.test(given);
    const id = usable ? given : randomUUID();
    response.locals.requestId = id;
    response.set('X-Request-Id', id);
    next();
  };
}
