/** What a request asks of the mock, by the header `Prefer` (RFC 7240). */
export interface Preferences {
  /** Answer with this status. */
  readonly code?: string;
  /** Answer with the example of this name. */
  readonly example?: string;
  /** Answer with generated data, or with an example. */
  readonly dynamic?: boolean;
}

/** Reads `code=404, example=name`. What is not known is ignored, as the RFC wants. */
export function parsePreferences(header: string | undefined): Preferences {
  const pairs = (header ?? '').split(/[,;]/).map((part): [string, string] => {
    const [name = '', ...value] = part.split('=');
    return [
      name.trim().toLowerCase(),
      value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ];
  });
  const { code, example, dynamic } = Object.fromEntries(pairs) as Record<string, string | undefined>;
  return {
    ...(code === undefined ? {} : { code }),
    ...(example === undefined ? {} : { example }),
    ...(dynamic === undefined ? {} : { dynamic: dynamic !== 'false' }),
  };
}
