import type { Request, RequestHandler, Response } from 'express';
import type { OperationObject } from './document.ts';

/** What the validator keeps about the operation of a request (`req.openapi`). */
export interface Metadata {
  readonly expressRoute: string;
  readonly pathParams: Record<string, string>;
  readonly schema: OperationObject;
}
/** A request as the validator's parts pass it on from one to the next. */
export type IdentifiedRequest = Request & {
  openapi?: Metadata;
  /** What a security handler threw, for the validator keeps its message only. */
  refusal?: unknown;
};

/** As much of a request as the validator's parts look at. */
export function probe(method: string, path: string, mediaType?: string): IdentifiedRequest {
  const headers = mediaType === undefined ? {} : { 'content-type': mediaType };
  const app = { param: () => undefined, enabled: () => true };
  const place = { method, url: path, originalUrl: path, path, baseUrl: '' };
  return { ...place, headers, query: {}, params: {}, body: {}, app } as unknown as IdentifiedRequest;
}

/** As much of an answer as they look at. */
export function probeResponse(status = 200): Response {
  return {
    statusCode: status,
    headersSent: false,
    getHeaders: () => ({}),
    json: () => undefined,
  } as unknown as Response;
}

/** Runs one part alone; rejects with what it passes on. */
export function run(part: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
    // A part may answer by promise or throw at once.
    Promise.resolve()
      .then(() => part(request, response, next))
      .catch(reject);
  });
}
