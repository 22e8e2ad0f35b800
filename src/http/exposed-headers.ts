import { type ContractDocument, METHODS } from '../contract/document.ts';

/** What any answer may carry besides: on a wrong method, of an operation on its way out, for waits that are counted from it. */
const OF_ANY_ANSWER = ['Allow', 'Date', 'Deprecation', 'Sunset'];

/** Headers of answers that a browser lets scripts of other origins read: all that the contract documents, and a few more. */
export function exposedHeaders({ paths, components }: ContractDocument): string[] {
  const own = Object.values(paths).flatMap((item) =>
    METHODS.flatMap((method) => Object.values(item[method]?.responses ?? {})),
  );
  const documented = [...own, ...Object.values(components.responses)].flatMap((response) =>
    'headers' in response ? Object.keys(response.headers ?? {}) : [],
  );
  return [...new Set([...documented, ...OF_ANY_ANSWER])].sort();
}
