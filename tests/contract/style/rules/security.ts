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
  'requestPasswordReset',
  'resendVerification',
  'resetPassword',
  'verifyEmail',
];
/** Below it there is nothing for anybody but admins. */
const FOR_ADMINS = '/api/v1/admin/';

const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
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
    says: 'names a role that there is exactly where an operation is for admins, beside a scope',
    check: ({ contract, operations }) => {
      const roles = (contract.components.schemas.UserRole?.enum ?? []).map(String);
      return operations.flatMap(({ id, path, isPublic, 'x-required-role': role }) => [
        ...(path.startsWith(FOR_ADMINS) && role !== 'admin' ? [`${id} is not for admins alone`] : []),
        ...(role !== undefined && !path.startsWith(FOR_ADMINS) ? [`${id} is for the role ${role}`] : []),
        ...(role !== undefined && !roles.includes(role) ? [`${id}: there is no role ${role}`] : []),
        ...(role !== undefined && isPublic ? [`${id} has a role, but is public`] : []),
      ]);
    },
    breaks: {
      'adminGetUser is not for admins alone': change('adminGetUser/x-required-role'),
      'adminDeleteUser is not for admins alone': change('adminDeleteUser/x-required-role', 'user'),
      'adminGetUser: there is no role owner': change('adminGetUser/x-required-role', 'owner'),
      'getTask is for the role admin': change('getTask/x-required-role', 'admin'),
      'adminGetStats has a role, but is public': change('adminGetStats/security', []),
    },
  },
  {
    says: 'sets scopes apart for tokens without a session and for unproved addresses that are declared',
    check: ({ contract }) => {
      const declared = scopesIn(contract).map(([scope]) => scope);
      return Object.entries(contract.components.securitySchemes).flatMap(([name, scheme]) =>
        (['x-unverified-scopes', 'x-session-only-scopes'] as const).flatMap((list) => {
          const scopes = scheme[list] ?? [];
          return [
            ...(scopes.length > 0 ? [] : [`${name}: ${list} is empty`]),
            ...scopes
              .filter((scope) => !declared.includes(scope))
              .map((scope) => `${name}: ${scope} of ${list} is not declared`),
          ];
        }),
      );
    },
    breaks: {
      'x-session-only-scopes is empty': change('components/securitySchemes/bearerAuth/x-session-only-scopes'),
      'account:all of x-unverified-scopes is not declared': change(
        'components/securitySchemes/bearerAuth/x-unverified-scopes',
        ['account:all'],
      ),
    },
  },
  {
    says: 'limits each operation by a declared rate, if it does not say that there is none',
    check: ({ contract, operations }) => {
      const declared = Object.keys(contract['x-rate-limits']);
      const used = operations.map((o) => o['x-rate-limit'] ?? declared[0]);
      return [
        ...operations
          .filter(({ 'x-rate-limit': rate = 'none' }) => rate !== 'none' && !declared.includes(rate))
          .map((o) => `${o.id}: there is no rate ${o['x-rate-limit']}`),
        ...operations
          .filter((o) => o['x-rate-limit'] === 'none' && !o.path.startsWith('/health'))
          .map(({ id }) => `${id} is not limited`),
        ...declared.filter((name) => !used.includes(name)).map((name) => `the rate ${name} is not used`),
        ...Object.entries(contract['x-rate-limits'])
          .filter(
            ([, { requests, seconds, per, parallel = 1 }]) =>
              !([requests, seconds, parallel].every(isCount) && /^(caller|address)$/.test(per)),
          )
          .map(([name]) => `the rate ${name} is malformed`),
      ];
    },
    breaks: {
      'login: there is no rate often': change('login/x-rate-limit', 'often'),
      'login is not limited': change('login/x-rate-limit', 'none'),
      'the rate export is not used': change('exportMyData/x-rate-limit'),
      'the rate mail is malformed': change('x-rate-limits/mail/per', 'planet'),
      'the rate default is malformed': change('x-rate-limits/default/requests', 0),
      'the rate credentials is malformed': change('x-rate-limits/credentials/parallel', 2.5),
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
