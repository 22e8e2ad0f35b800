import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { UnavailableError } from '../errors.ts';

export interface IssuerKeysOptions {
  /** Where the issuer publishes its keys, a JSON Web Key Set (RFC 7517). */
  readonly url: string;
  readonly now: () => Date;
  /** Hears of every attempt to read the keys that failed. */
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds after which the keys are read anew. */
const FRESHNESS = 600_000;
/** Milliseconds for which keys are good when they can't be read anew. */
const MOST_STALENESS = 86_400_000;
/** Milliseconds between two attempts, so that tokens with made-up keys can't flood the issuer. */
const COOL_DOWN = 10_000;
/** Milliseconds that the issuer may take. */
const PATIENCE = 3_000;
/** As much of an answer as is read, in bytes; a key has about 400. */
const LARGEST_SET = 65_536;

/**
 * Finds the key of a token among those that the issuer publishes. They are remembered, so that an issuer which is away
 * harms nobody whose token is good; a key that is not among them makes them be read anew, which is how a new one is found.
 *
 * @returns what throws an UnavailableError when the key can't be known because the issuer is away
 */
export function issuerKeys({ url, now, onFailure }: IssuerKeysOptions): JWTVerifyGetKey {
  // When to ask is decided here: the library goes by another clock, and forgets its keys when the issuer is away.
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: PATIENCE,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: fetchBounded,
  });
  let readAt: number | undefined;
  let askedAt: number | undefined;
  let failure: unknown;
  let asking: Promise<void> | undefined;

  const hasPassed = (duration: number, since: number | undefined): boolean => {
    if (since === undefined) return true;
    const age = now().getTime() - since;
    // A negative age means that the clock was set back; that must not prolong anything.
    return age < 0 || age >= duration;
  };
  const read = async (): Promise<void> => {
    askedAt = now().getTime();
    try {
      await remote.reload();
      readAt = now().getTime();
      failure = undefined;
    } catch (error) {
      failure = error;
      onFailure(error);
    }
  };
  /** Never rejects. Whoever asks meanwhile waits for the same answer; undefined when it is too soon to ask again. */
  const ask = (): Promise<void> | undefined => {
    if (asking === undefined && hasPassed(COOL_DOWN, askedAt)) {
      asking = read().finally(() => {
        asking = undefined;
      });
    }
    return asking;
  };
  const unavailable = (): UnavailableError =>
    new UnavailableError('The issuer of the access token does not answer at the moment.', {
      retryAfter: COOL_DOWN / 1000,
      cause: failure,
    });

  return async (header, token) => {
    if (hasPassed(FRESHNESS, readAt)) {
      const answer = ask();
      // While the issuer is away, those whose keys are known go on without waiting for it.
      if (failure === undefined || hasPassed(MOST_STALENESS, readAt)) await answer;
      if (hasPassed(MOST_STALENESS, readAt)) throw unavailable();
    }
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await ask();
    if (failure !== undefined) throw unavailable();
    return remote(header, token);
  };
}

/** Reads no more of an answer than a set of keys can have. Redirects are not followed: the library asks for that. */
const fetchBounded: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_SET) throw new Error(`The set of keys is larger than ${LARGEST_SET} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status });
};
