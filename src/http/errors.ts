import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { ContractDocument } from '../contract/document.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import type { Logger } from './logging.ts';
import { completeProblem, draftProblem, INTERNAL_ERROR, type ProblemDraft } from './problem.ts';

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
  const { instance } = document.components.schemas.Problem.properties;
  return (error, request, response, _next) => {
    const context = {
      document,
      publicUrl,
      requestId: String(response.locals.requestId),
      path: toUriReference(request.path, instance.maxLength),
    };
    const answer = (draft: ProblemDraft, cause: unknown): void => {
      const problem = completeProblem(draft, context);
      response.locals.problemCode = problem.code;
      if ((problem.status >= 500 && !isPlainRefusal(cause)) || draft.validationGap === true) {
        const level = problem.code === 'unavailable' ? 'warn' : 'error';
        const { requestId, operationId } = response.locals;
        logger[level]({ err: cause, request_id: requestId, operation: operationId }, problem.title);
      }
      removeRepresentation(response);
      response
        .status(problem.status)
        .set(draft.headers ?? {})
        .type('application/problem+json')
        .json(problem);
    };
    // Answered already: a parser that was still reading a body which was refused has come to its end.
    if (response.writableEnded) return;
    if (response.headersSent) {
      // Half an answer is out: cut the connection, so that nobody takes it for a whole one.
      logger.error({ err: error, request_id: context.requestId }, 'failed after the answer had begun');
      response.destroy();
      return;
    }
    try {
      answer(draftProblem(error), error);
    } catch (refusal) {
      // The problem itself breaks the contract. This one can't, because bodies of 5xx are not validated.
      answer(INTERNAL_ERROR, refusal);
    }
  };
}

/** Nothing has failed, and the line of the request says that it was refused. In a flood there are many of them. */
function isPlainRefusal(error: unknown): boolean {
  return error instanceof UnavailableError && error.cause === undefined;
}

/** The path in a form that is valid by RFC 3986 and not too long for the contract. */
function toUriReference(path: string, longest: number): string {
  return encodeURI(path.toWellFormed())
    .replaceAll(/%25(?=[\dA-Fa-f]{2})/g, '%')
    .replaceAll(/[[\]]/g, encodeURIComponent)
    .slice(0, longest)
    .replace(/%.?$/, '');
}

/** Headers that spoke of the answer that was meant to be. */
function removeRepresentation(response: Response): void {
  for (const name of ['ETag', 'Location', 'Link', 'Content-Type', 'Content-Encoding'])
    response.removeHeader(name);
}
