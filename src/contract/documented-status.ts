import type { Request, RequestHandler } from 'express';
import type { Operation } from './document.ts';

/** What happens to an answer that breaks the contract. */
export interface ResponseCheck {
  /** `strict`: it becomes a 500. `log`: it is reported and goes out. */
  readonly responses: 'strict' | 'log';
  readonly onInvalidResponse: (error: Error, request: Request) => void;
}

/** Refuses, or in `log` mode reports, an answer below 500 with a status that the contract does not list. */
export function requireDocumentedStatus(
  operation: Operation,
  { responses, onInvalidResponse }: ResponseCheck,
): RequestHandler {
  return (request, response, next) => {
    const send = response.json;
    response.json = (body) => {
      response.json = send;
      const { statusCode } = response;
      if (statusCode >= 500 || operation.statuses.includes(statusCode)) return response.json(body);
      const error = new Error(`${operation.id} answered ${statusCode}, which the contract does not list`);
      if (responses === 'log') {
        onInvalidResponse(error, request);
        return response.json(body);
      }
      next(error);
      return response;
    };
    next();
  };
}
