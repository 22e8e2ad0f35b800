/** What happens around every attempt: timing, and a cache that transfers only what has changed. */
import { etagCache, type Middleware, Taskpact } from '@taskpact/sdk';
import { baseUrl, credentials } from './user.ts';

const statuses: string[] = [];
const watch: Middleware = async (request, next) => {
  const response = await next(request);
  statuses.push(`${request.operation} ${response.status}`);
  return response;
};

// The cache is outside: it sees the 304 and makes a 200 of it, of which the watch inside knows nothing.
const client = new Taskpact({ baseUrl, middleware: [etagCache(), watch] });
await client.auth.register(credentials());
const { id } = await client.tasks.create({ title: 'Buy milk' });
await client.tasks.get(id);
const { data, requestId } = await client.tasks.get(id).withResponse();
console.log(statuses.join(', '));
console.log(`${data.title}, as of request ${requestId}`);
