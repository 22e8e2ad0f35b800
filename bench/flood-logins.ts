/**
 * The flood of `bench/flood.ts`, in a process of its own, so that its work is not taken for the server's: 500 clients that
 * each log in again as soon as they have an answer. Writes how often each status was answered, as JSON.
 *
 *     node bench/flood-logins.ts <api> <one|many> <seconds>
 */
import autocannon from 'autocannon';

const LOGINS = 500;
const [api, addresses, seconds] = process.argv.slice(2);

const { statusCodeStats, errors } = await autocannon({
  url: `${api}/auth/login`,
  method: 'POST',
  duration: Number(seconds),
  connections: LOGINS,
  timeout: 30,
  setupClient: (client) => {
    const renew = (): void => {
      const address = addresses === 'one' ? '198.51.100.1' : anyAddress();
      client.setHeaders({ 'content-type': 'application/json', 'x-forwarded-for': address });
      client.setBody(
        JSON.stringify({ email: `nobody-${Math.random()}@example.com`, password: 'not the password' }),
      );
    };
    renew();
    client.on('response', renew);
  },
});
const statuses = Object.entries(statusCodeStats ?? {}).map(([status, { count }]) => [status, count ?? 0]);
process.stdout.write(JSON.stringify({ ...Object.fromEntries(statuses), ...(errors > 0 ? { errors } : {}) }));

function anyAddress(): string {
  const byte = (): number => Math.floor(Math.random() * 256);
  return `10.${byte()}.${byte()}.${byte()}`;
}
