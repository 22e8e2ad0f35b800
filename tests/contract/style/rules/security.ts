import type { Contract } from '../document.ts';
import { difference } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** Operations that nobody needs a token for. To add one is to decide something. */
const PUBLIC = [
  'getHealth',
  'getLiveness',
  'getReadiness',
  'login',
  'logout',
  'refreshSession',
  'registerUser',
];

const scopesIn = ({ components }: Contract): [scope: string, description: string][] =>
  Object.values(components.securitySchemes).flatMap(({ flows = {} }) =>
    Object.values(flows).flatMap(({ scopes }) => Object.entries(scopes)),
  );

export const securityRules: readonly Rule[] = [
  {
    says: 'states at each operation who may call it',
    check: ({ operations }) =>
      operations.filter((o) => o.security === undefined).map((o) => `${o.id} does not state security`),
    breaks: { 'getTask does not state security': change('getTask/security') },
  },
  {
    says: 'lets anybody call exactly the public operations',
    check: ({ operations }) => {
      const open = operations.filter((o) => o.isPublic).map((o) => o.id);
      return difference(open, PUBLIC, 'among the public operations');
    },
    breaks: {
      'among the public operations getTask is too much': change('getTask/security', []),
      'among the public operations login is missing': change('login/security', [
        { bearerAuth: ['tasks:read'] },
      ]),
    },
  },
  {
    says: 'names a scope in every way in which a secured operation can be called',
    check: ({ operations }) =>
      operations.flatMap(({ id, security = [] }) =>
        security
          .filter((way) => Object.keys(way).length === 0 || Object.values(way).some((s) => s.length === 0))
          .map(() => `${id} names no scope`),
      ),
    breaks: {
      'getTask names no scope': change('getTask/security', [{ bearerAuth: [] }]),
      'getMe names no scope': change('getMe/security', [{ bearerAuth: ['profile:read'] }, {}]),
    },
  },
  {
    says: 'uses schemes and scopes that are declared, and every declared scope',
    check: ({ contract, operations }) => {
      const schemes = Object.keys(contract.components.securitySchemes);
      const declared = scopesIn(contract).map(([scope]) => scope);
      const used = operations.flatMap(({ scopes }) => scopes);
      return [
        ...operations.flatMap(({ id, security = [], scopes }) => [
          ...security
            .flatMap((requirement) => Object.keys(requirement))
            .filter((scheme) => !schemes.includes(scheme))
            .map((scheme) => `${id}: scheme ${scheme} is not declared`),
          ...scopes
            .filter((scope) => !declared.includes(scope))
            .map((scope) => `${id}: scope ${scope} is not declared`),
        ]),
        ...declared.filter((scope) => !used.includes(scope)).map((scope) => `scope ${scope} is not used`),
      ];
    },
    breaks: {
      'getTask: scheme cookieAuth is not declared': change('getTask/security/0', { cookieAuth: ['x'] }),
      'getTask: scope chores:read is not declared': change('getTask/security/0/bearerAuth/0', 'chores:read'),
      'scope chores:read is not used': change(
        'components/securitySchemes/bearerAuth/flows/password/scopes/chores:read',
        'Read your chores',
      ),
    },
  },
  {
    says: 'says in words what each scheme and scope is for',
    check: ({ contract }) => [
      ...Object.entries(contract.components.securitySchemes)
        .filter(([, { description }]) => !description?.trim())
        .map(([name]) => `scheme ${name} has no description`),
      ...scopesIn(contract).flatMap(([scope, description]) => [
        ...(description?.trim() ? [] : [`scope ${scope} has no description`]),
        ...(/^[a-z]+(:[a-z]+)?$/.test(scope) ? [] : [`scope ${scope} is not written like area:right`]),
      ]),
    ],
    breaks: {
      'scheme bearerAuth has no description': change('components/securitySchemes/bearerAuth/description'),
      'scope tasks:read has no description': change(
        'components/securitySchemes/bearerAuth/flows/password/scopes/tasks:read',
        '',
      ),
      'scope readTasks is not written like': change(
        'components/securitySchemes/bearerAuth/flows/password/scopes/readTasks',
        'Read your tasks',
      ),
    },
  },
  {
    says: 'asks for the right to read where it reads, and to write where it writes',
    check: ({ operations }) =>
      operations.flatMap(({ id, method, scopes }) => {
        const wrong = method === 'get' ? ':write' : ':read';
        return scopes.filter((scope) => scope.endsWith(wrong)).map((scope) => `${id} asks for ${scope}`);
      }),
    breaks: {
      'deleteTask asks for tasks:read': change('deleteTask/security/0/bearerAuth/0', 'tasks:read'),
      'getTask asks for tasks:write': change('getTask/security/0/bearerAuth/0', 'tasks:write'),
    },
  },
];
