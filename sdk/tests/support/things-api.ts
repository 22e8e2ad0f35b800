import {
  BaseAPI,
  type HTTPQuery,
  JSONApiResponse,
  type RequestOpts,
} from '../../../generated/client/runtime.js';
import type { Caller } from '../../src/call.ts';
import { createTransport } from '../../src/transport.ts';

export interface Thing {
  readonly id: string;
}

/** A list that knows nothing of cursors. */
export interface ThingList {
  readonly items: readonly Thing[];
  readonly page: number;
  readonly pages: number;
}

/**
 * What the generator makes of a tag `Things`: a POST that takes an `Idempotency-Key`, a GET that is paged by number. The
 * contract may or may not have the like.
 */
export class ThingsApi extends BaseAPI {
  async createThingRequestOpts(parameters: { thing: object; idempotencyKey?: string }): Promise<RequestOpts> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (parameters.idempotencyKey !== undefined) {
      headers['Idempotency-Key'] = String(parameters.idempotencyKey);
    }
    return { path: '/api/v1/things', method: 'POST', headers, query: {}, body: parameters.thing };
  }

  async createThingRaw(parameters: { thing: object; idempotencyKey?: string }) {
    const response = await this.request(await this.createThingRequestOpts(parameters));
    return new JSONApiResponse<Thing>(response);
  }

  async createThing(parameters: { thing: object; idempotencyKey?: string }): Promise<Thing> {
    return (await this.createThingRaw(parameters)).value();
  }

  async listThingsRequestOpts(parameters: { page?: number }): Promise<RequestOpts> {
    const query: HTTPQuery = parameters.page === undefined ? {} : { page: parameters.page };
    return { path: '/api/v1/things', method: 'GET', headers: {}, query };
  }

  async listThings(parameters: { page?: number }): Promise<ThingList> {
    const response = await this.request(await this.listThingsRequestOpts(parameters));
    return new JSONApiResponse<ThingList>(response).value();
  }
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What calls operations of an API that is not in the contract. */
export function caller(baseUrl: string): Caller {
  const credentials = { current: async () => undefined, renew: async () => undefined };
  const limits = { timeout: 1_000, deadline: 5_000, retries: 2, headers: {}, middleware: [] };
  return { transport: createTransport({ baseUrl, credentials, ...limits, logger: silent, fetch }) };
}
