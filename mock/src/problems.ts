import type { ErrorRequestHandler } from 'express';
import type { ContractDocument } from '../../src/contract/document.ts';
import { completeProblem, type Problem, type ProblemDraft } from '../../src/http/problem.ts';

/** A failure that the contract documents is to be answered. Handlers answer successes only, so it is thrown. */
export class DocumentedProblem extends Error {
  readonly draft: ProblemDraft;
  constructor(example: Problem, headers: Readonly<Record<string, string>>) {
    super(example.title);
    const { code, detail, errors, current } = example;
    this.draft = { code, detail, headers, ...(errors && { faults: errors }), ...(current && { current }) };
  }
}

/** Turns the contract's example of a problem into the problem of this very request. */
export function answerDocumentedProblems(document: ContractDocument, publicUrl: string): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (!(error instanceof DocumentedProblem)) {
      next(error);
      return;
    }
    const requestId: string = response.locals.requestId;
    const problem = completeProblem(error.draft, { document, publicUrl, requestId, path: request.path });
    response
      .status(problem.status)
      .set(error.draft.headers ?? {})
      .type('application/problem+json')
      .json(problem);
  };
}
