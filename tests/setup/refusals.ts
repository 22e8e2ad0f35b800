import { expect } from 'vitest';
import { breaches } from './answers.ts';
import { operation } from './contract.ts';
import type { Answer } from './http.ts';

/** The answer is a 401 for want of a good access token, in the contract's form (RFC 6750, RFC 9457). */
export function expectRefusal(answer: Answer, operationId = 'getMe'): void {
  expect(answer.status).toBe(401);
  expect(breaches(operation(operationId), answer)).toEqual([]);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'unauthenticated', status: 401 });
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="taskpact"/);
}
