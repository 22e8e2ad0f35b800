import compression from 'compression';
import type { Express, Response } from 'express';

/** Bytes from which on an answer is worth it. */
const THRESHOLD = 1024;

const middleware = compression({ threshold: THRESHOLD });

/** Compresses the answer that is about to be given, if the client takes that. */
export function compressAnswer(response: Response): void {
  middleware(response.req, response, () => {});
}

/**
 * Compresses large answers. The library's middleware is called for these alone, once they are there: on every request it
 * would keep all of them in memory for long (ADR 17). `app.response` is where Express lets its answers be extended.
 */
export function compressLargeAnswers(app: Express): void {
  const { send } = app.response;
  const sendCompressed: typeof send = function (this: Response, body) {
    const isLarge = (typeof body === 'string' || Buffer.isBuffer(body)) && body.length >= THRESHOLD;
    if (isLarge && this.req.headers['accept-encoding'] !== undefined) compressAnswer(this);
    return send.call(this, body);
  };
  app.response.send = sendCompressed;
}
