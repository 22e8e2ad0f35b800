import { resolve } from './answers.ts';
import { type ContractOperation, contract } from './contract.ts';
import type { Call } from './http.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface Reference {
  readonly $ref?: string;
}
interface Example extends Reference {
  readonly value: Json;
}

function operationObject({ path, method }: ContractOperation) {
  return contract.paths[path][method.toLowerCase()];
}

/** The bodies that the contract shows for one media type. */
export function exampleBodies(operation: ContractOperation, mediaType = operation.mediaTypes[0]): Json[] {
  if (mediaType === undefined) return [];
  const examples: Record<string, Example> =
    operationObject(operation).requestBody.content[mediaType].examples;
  return Object.values(examples).map((example) => resolve(example).value);
}

/** Writes a body in a media type. */
export function encodeBody(mediaType: string, body: Json): string {
  if (!mediaType.endsWith('x-www-form-urlencoded')) return JSON.stringify(body);
  return new URLSearchParams(Object.entries(body as Record<string, string>)).toString();
}

/** An id that no task has. */
export const ABSENT_ID = '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a';

/** The path with its parameters filled in. */
export function fillPath(path: string, id = ABSENT_ID): string {
  return path.replaceAll(/\{\w+\}/g, id);
}

/** A request that the contract itself shows as good. */
export function exampleCall(operation: ContractOperation, mediaType = operation.mediaTypes[0]): Call {
  const call = { method: operation.method, path: fillPath(operation.path) };
  const [body] = exampleBodies(operation, mediaType);
  if (mediaType === undefined || body === undefined) return call;
  return { ...call, headers: { 'Content-Type': mediaType }, body: encodeBody(mediaType, body) };
}
