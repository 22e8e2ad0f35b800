import { expect } from 'vitest';
import { breaches } from '../../setup/answers.ts';
import type { ContractOperation } from '../../setup/contract.ts';
import type { Answer, RawClient } from '../../setup/http.ts';
import { encodeBody } from '../../setup/requests.ts';
import { registerAdmin } from '../../setup/scenes.ts';
import type { TestApp, TestUser } from '../../setup/test-app.ts';
import { CALLER, type Resource } from './resources.ts';

/** Ids by the names of their path parameters. */
export type Ids = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever the contract says, which is checked
export type Json = any;
export interface JsonAnswer extends Answer {
  /** Undefined when there is no body. */
  readonly json: Json;
}
export interface Details {
  readonly ids?: Ids;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** Somebody who calls operations. Every answer is held against the contract. */
export interface Actor {
  readonly user: TestUser;
  call(operation: ContractOperation, details?: Details): Promise<JsonAnswer>;
}

const isForAdmins = ({ item }: Resource): boolean => item.startsWith('/api/v1/admin/');

/** A new user who may have things of this kind: an admin, if only admins may. */
export async function ownerOf(app: TestApp, client: RawClient, resource: Resource): Promise<Actor> {
  return actor(client, await (isForAdmins(resource) ? registerAdmin(app) : app.register()));
}

/** A new user who may do everything that users may, and what they are told of things that are not theirs. */
export async function strangerTo(app: TestApp, client: RawClient, resource: Resource) {
  const status = isForAdmins(resource) ? 403 : 404;
  return { stranger: actor(client, await app.register()), status };
}

function actor(client: RawClient, user: TestUser): Actor {
  return {
    user,
    call: async (operation, { ids = {}, body, headers = {}, query = '' } = {}) => {
      const all: Ids = { [CALLER]: user.id, ...ids };
      const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(all[name])) + query;
      const [mediaType = ''] = operation.mediaTypes;
      const content = body === undefined ? {} : { body: encodeBody(mediaType, body) };
      const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': mediaType };
      const answer = await client.send({
        method: operation.method,
        path,
        headers: { Authorization: user.authorization, ...type, ...headers },
        ...content,
      });
      expect(breaches(operation, answer), `${operation.operationId} ${answer.text}`).toEqual([]);
      return { ...answer, json: answer.text === '' ? undefined : JSON.parse(answer.text) };
    },
  };
}
