import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler, Response } from 'express';

/** Something that is served from memory. */
export interface ServedFile {
  /** Media type. */
  readonly type: string;
  readonly body: Buffer;
  /** Changes with the body. */
  readonly version: string;
  /** Content-Security-Policy instead of the API's own. */
  readonly policy?: string;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

const YEAR = 365 * 86_400;

export function servedFile(type: string, content: string | Buffer): ServedFile {
  const body = Buffer.from(content);
  return { type, body, version: createHash('sha256').update(body).digest('base64url').slice(0, 16) };
}

/** A script, a style sheet or a picture. */
export function loadAsset(path: string): ServedFile {
  return servedFile(MEDIA_TYPES[extname(path)] ?? '', readFileSync(path));
}

export function htmlPage(content: string, policy: string): ServedFile {
  return { ...servedFile('text/html; charset=utf-8', content), policy };
}

/** A Content-Security-Policy of these sources, in which nothing can be sent elsewhere or framed. */
export function securityPolicy(sources: Readonly<Record<string, string>>): string {
  const closed = { 'form-action': "'none'", 'base-uri': "'none'", 'frame-ancestors': "'none'" };
  return Object.entries({ ...sources, ...closed })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}

/** Serves these by their paths; any other path is left to the next handler. */
export function publish(files: ReadonlyMap<string, ServedFile>): RequestHandler {
  // One look-up instead of a route for each file: every request to the API comes through here.
  return (request, response, next) => {
    const file = files.get(request.path);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) next();
    else send(response, file, request.query.v);
  };
}

function send(response: Response, { type, body, version, policy }: ServedFile, wanted: unknown): void {
  if (policy !== undefined) response.set('Content-Security-Policy', policy);
  response.set({
    // An address that names the version never gets another body.
    'Cache-Control': wanted === version ? `public, max-age=${YEAR}, immutable` : 'public, no-cache',
    // Weak, because the same body goes out in several encodings.
    ETag: `W/"${version}"`,
    'Content-Type': type,
  });
  response.send(body);
}
