import type { Request, RequestHandler } from 'express';
import type { Operation } from './document.ts';

/** What happens to an answer that breaks the contract. */
export interface ResponseCheck {
  /** `strict`: it becomes a 500. `log`: it is reported and goes out. */
  readonly responses: 'strict' | 'log';
  readonly onInvalidResponse: (error: Error, request: Request) => void;
}

/**
 * Looks at an answer below 500 before it goes out: the contract has to list its status, and has to say that it has no
 * body when it has none. Bodies themselves are checked by the validator.
 *
 * @throws Error in `strict` mode
 */
export type StatusCheck = (request: Request, status: number, hasBody: boolean) => void;

export function statusCheck(
  { id, statuses }: Operation,
  { responses, onInvalidResponse }: ResponseCheck,
): StatusCheck {
  return (request, status, hasBody) => {
    if (status >= 500) return;
    const documentsBody = statuses.get(status);
    if (documentsBody !== undefined && (hasBody || !documentsBody)) return;
    const fault =
      documentsBody === undefined ? 'which the contract does not list' : 'without the documented body';
    const error = new Error(`${id} answered ${status}, ${fault}`);
    if (responses === 'strict') throw error;
    onInvalidResponse(error, request);
  };
}

/**
 * Checks every answer that is given as JSON from here on, errors included: its status by `check`, its body by the
 * validator's part. A refusal is thrown at whoever answers. The validator would pass it on to Express, which, when an
 * error handler's own answer is refused, has nobody left to ask and shows the error to the client.
 */
export function guardAnswers(validatorPart: RequestHandler, check: StatusCheck): RequestHandler {
  return (request, response, next) => {
    let answering = false;
    let refusal: unknown;
    void validatorPart(request, response, (error?: unknown) => {
      if (answering) {
        refusal = error;
        return;
      }
      if (error !== undefined) return next(error);
      const validate = response.json;
      const guarded: typeof validate = (body) => {
        answering = true;
        try {
          check(request, response.statusCode, true);
          validate.call(response, body);
        } finally {
          answering = false;
        }
        if (refusal !== undefined) throw refusal;
        return response;
      };
      // A function that is written where it is assigned would keep the request in memory for long (ADR 17).
      response.json = guarded;
      next();
    });
  };
}
