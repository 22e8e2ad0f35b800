import { BaseAPI, JSONApiResponse, type RequestOpts } from '../../../generated/client/runtime.js';

export interface Thing {
  readonly id: string;
}

/** What the generator makes of a tag `Things` with a POST that takes an `Idempotency-Key`; no operation does so yet. */
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
}
