import type { Contract } from '../document.ts';
import { change, type Rule } from '../rule.ts';

/** Every reference below a place, in the form `kind/name`. */
function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.replace('#/components/', '')] : referencesIn(value),
  );
}

/** What the paths refer to, and what that refers to in turn. */
function reached({ paths, components }: Contract): Set<string> {
  const found = new Set<string>();
  const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...components };
  const waiting = referencesIn(paths);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const [kind = '', name = ''] = next.split('/');
    waiting.push(...referencesIn(all[kind]?.[name]));
  }
  return found;
}

/** Requirements name them; they are no references. The rules of security look after them. */
const NOT_REFERRED_TO = ['securitySchemes'];

export const componentRules: readonly Rule[] = [
  {
    says: 'uses every component, and refers to none that is not there',
    check: ({ contract }) => {
      const used = reached(contract);
      const there = Object.entries(contract.components)
        .filter(([kind]) => !NOT_REFERRED_TO.includes(kind))
        .flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind}/${name}`));
      return [
        ...there.filter((name) => !used.has(name)).map((name) => `${name} is not used`),
        ...[...used].filter((name) => !there.includes(name)).map((name) => `${name} is not there`),
      ];
    },
    breaks: {
      'schemas/Chore is not used': change('components/schemas/Chore', { type: 'string' }),
      'parameters/RoleFilter is not used': change('adminListUsers/parameters', []),
      // Used by nothing but itself.
      'schemas/Tree is not used': change('components/schemas/Tree', { $ref: '#/components/schemas/Tree' }),
      'schemas/Nowhere is not there': change('components/schemas/Task/properties/title', {
        $ref: '#/components/schemas/Nowhere',
      }),
    },
  },
];
