import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { ContractDocument } from '../contract/document.ts';
import { NotFoundError } from '../errors.ts';
import type { Logger } from './logging.ts';
import { completeProblem, draftProblem } from './problem.ts';

export interface ErrorHandlerOptions {
  readonly document: ContractDocument;
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** The last route: whatever got here is not in the contract. */
export const refuseUnknownPath: RequestHandler = () => {
  throw new NotFoundError('path');
};

/** Answers every error as `application/problem+json`; the full story goes to the log alone. */
export function errorHandler({ document, publicUrl, logger }: ErrorHandlerOptions): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const draft = draftProblem(error);
    const path = encodeURI(request.path.toWellFormed()).replaceAll('%25', '%').slice(0, 2000);
    const requestId: string = response.locals.requestId;
    const problem = completeProblem(draft, { document, publicUrl, requestId, path });
    if (problem.status >= 500 || draft.validationGap === true) {
      const level = problem.code === 'unavailable' ? 'warn' : 'error';
      logger[level](
        { err: error, request_id: requestId, operation: response.locals.operationId },
        problem.title,
      );
    }
    if (response.headersSent) {
      // Half an answer is out: cut the connection, so that nobody takes it for a whole one.
      response.destroy();
      return;
    }
    removeRepresentation(response);
    response
      .status(problem.status)
      .set(draft.headers ?? {})
      .type('application/problem+json')
      .json(problem);
  };
}

/** Headers that spoke of the answer that was meant to be. */
function removeRepresentation(response: Response): void {
  for (const name of ['ETag', 'Location', 'Link', 'Content-Type', 'Content-Encoding'])
    response.removeHeader(name);
}
