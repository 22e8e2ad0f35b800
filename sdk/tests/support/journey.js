/**
 * What every runtime has to be able to do, in plain JavaScript without imports, so that all of them can run it as it is.
 *
 * @param {typeof import('../../src/index.ts')} sdk
 * @param {string} baseUrl a real server
 * @returns what came of it, as JSON can say it
 */
export async function journey(sdk, baseUrl) {
  const client = new sdk.Taskpact({ baseUrl, middleware: [sdk.etagCache()] });
  const email = `journey-${Math.random().toString(36).slice(2)}@example.com`;
  const nameOf = (promise) =>
    promise.then(
      () => 'no error',
      (error) => error.name,
    );

  await client.auth.register({ email, password: 'correct horse battery' });
  const tasks = [];
  for (let i = 0; i < 30; i += 1) tasks.push(await client.tasks.create({ title: `Task ${i}` }));
  let walked = 0;
  for await (const _task of client.tasks.list({ size: 10 })) walked += 1;

  const [first] = tasks;
  const changed = await client.tasks.update(first.id, { priority: 'high' }, { ifMatch: first });
  const conflict = await client.tasks
    .update(first.id, { priority: 'low' }, { ifMatch: first })
    .catch((error) => error);
  await client.me.get();
  const unchanged = await client.me.get().withResponse();

  const refresh = await Promise.all([client.auth.refresh(), client.auth.refresh()]);
  const { requestId } = await client.me.get().withResponse();
  await client.auth.logout();
  return {
    walked,
    version: changed.version,
    conflict: conflict.name,
    current: conflict.current?.priority,
    email: unchanged.data.email === email,
    etag: unchanged.etag !== undefined,
    sameRefresh: refresh[0].access_token === refresh[1].access_token,
    requestId: /^[0-9a-f]{32}-1$/.test(requestId),
    loggedOut: await nameOf(client.me.get()),
    aborted: await nameOf(client.health.live({ signal: AbortSignal.abort() })),
    late: await nameOf(client.health.live({ timeout: 0, retries: 0 })),
    nobody: await nameOf(new sdk.Taskpact({ baseUrl: 'http://127.0.0.1:9', retries: 0 }).health.live()),
    isOurs: sdk.isTaskpactError(conflict, 'PreconditionFailedError'),
    isInstance: conflict instanceof sdk.PreconditionFailedError,
  };
}

/** What `journey` answers when all is well. */
export const arrived = {
  walked: 30,
  version: 2,
  conflict: 'PreconditionFailedError',
  current: 'high',
  email: true,
  etag: true,
  sameRefresh: true,
  requestId: true,
  loggedOut: 'UnauthenticatedError',
  aborted: 'AbortError',
  late: 'TimeoutError',
  nobody: 'ConnectionError',
  isOurs: true,
  isInstance: true,
};
