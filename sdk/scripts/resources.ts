import type { Contract, Operation } from './contract.ts';
import { queryName, type Signature, signatureOf } from './signature.ts';
import { className, descendants, type Resource } from './tree.ts';

/** Statuses that tell the caller something to act on; what any call may answer is in api.md. */
const TELLING: Readonly<Record<number, string>> = {
  404: 'NotFoundError',
  409: 'ConflictError',
  412: 'PreconditionFailedError',
};

/** The source of the resource classes: signatures and documentation from the contract, calls to the generated client. */
export function writeResources(contract: Contract, root: Resource): string {
  const resources = descendants(root);
  const body = [
    ...resources.flatMap((resource) => queries(resource)),
    ...resources.toReversed().map((resource) => resourceClass(contract, resource)),
    rootClass(root),
  ].join('\n');
  return `${header(contract, body)}\n${body}`;
}

function header({ models, operations }: Contract, body: string): string {
  const used = (names: readonly string[]): string =>
    [...new Set(names)]
      .filter((name) => new RegExp(`\\b${name}\\b`).test(body))
      .sort()
      .join(', ');
  const apis = operations.map(({ api }) => api);
  const requests = operations.map(requestName);
  const names = ['CallOptions', 'IdempotencyKey', 'IfMatch', 'IfNoneMatch'];
  return `
/** Generated from openapi.yaml by scripts/generate.ts. Do not edit. */
import { ${used(apis)}, ${used(requests).replaceAll(/(\w+)/g, 'type $1')} } from '../../../generated/client/apis/index.js';
import type { ${used(models.map(({ name }) => name))} } from '../../../generated/client/models/index.js';
import { ${used(['call', 'callList'])}, type Caller } from '../call.ts';
import type { ${used(names)} } from '../options.ts';
import type { ${used(['ApiPromise', 'ListPromise'])} } from '../results.ts';
`;
}

const requestName = ({ api, id }: Operation): string =>
  `${api}${id.charAt(0).toUpperCase()}${id.slice(1)}Request`;

/** Queries go by their names on the wire, as bodies do; the generated client has the types. */
function queries(resource: Resource): string[] {
  return [...resource.methods]
    .filter(([, { query }]) => query.length > 0)
    .map(([method, operation]) => {
      const members = operation.query.map(
        ({ name, property, required, description }) =>
          `${comment([description])}${name}${required ? '' : '?'}: ${requestName(operation)}['${property}'];`,
      );
      return `${comment([`What \`${resource.path}.${method}\` can be asked for.`])}export interface ${queryName(resource, method)} {\n${members.join('\n')}\n}\n`;
    });
}

function resourceClass({ descriptions }: Contract, resource: Resource): string {
  const [first] = resource.methods.values();
  const description = descriptions.get(first?.api.replace(/Api$/, '') ?? '') ?? '';
  const children = [...resource.children].map(([name, child]) => [name, className(child)] as const);
  // One that only groups others makes no calls of its own.
  const calls = resource.methods.size > 0;
  return `${comment([description])}export class ${className(resource)} {
  ${children.map(([name, type]) => `readonly ${name}: ${type};`).join('\n')}
  ${calls ? 'readonly #caller: Caller;' : ''}

  constructor(caller: Caller) {
    ${calls ? 'this.#caller = caller;' : ''}
    ${children.map(([name, type]) => `this.${name} = new ${type}(caller);`).join('\n')}
  }

  ${[...resource.methods].map(([name, operation]) => method(resource, name, operation)).join('\n\n')}
}
`;
}

function method(resource: Resource, name: string, operation: Operation): string {
  const signature = signatureOf(resource, name, operation);
  const parameters = signature.parameters.map(({ name: parameter, type, optional }) => {
    if (optional === '{}') return `${parameter}: ${type} = {}`;
    return `${parameter}${optional === undefined ? '' : '?'}: ${type}`;
  });
  return `${documentation(operation, signature)}${name}(${parameters.join(', ')}): ${signature.result} {
    return ${signature.isList ? 'callList' : 'call'}(this.#caller, ${operation.api}, '${operation.id}', ${sent(operation)}, options);
  }`;
}

/** The parameters as the generated client names them. */
function sent({ pathParameters, body, query, method: verb }: Operation): string {
  const members = pathParameters.map(({ property }) => property);
  if (body !== undefined) {
    const property = `${body.schema.charAt(0).toLowerCase()}${body.schema.slice(1)}`;
    members.push(`${property}: ${verb === 'PATCH' ? 'patch' : 'body'}`);
  }
  if (query.length > 0) members.push('...query');
  for (const { name, property } of query) if (name !== property) members.push(`${property}: query.${name}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function documentation(operation: Operation, { parameters }: Signature): string {
  const { summary, description, method: verb, path, scopes, errors, deprecated } = operation;
  const needs = scopes.length === 0 ? '' : ` (needs ${scopes.map((scope) => `\`${scope}\``).join(', ')})`;
  const tags = [
    ...parameters.filter((p) => p.description !== '').map((p) => `@param ${p.name} ${p.description}`),
    ...errors.flatMap(({ status, description: why }) =>
      TELLING[status] ? [`@throws ${TELLING[status]}: ${why}`] : [],
    ),
    ...(deprecated ? ['@deprecated'] : []),
  ];
  return comment([`${summary}: \`${verb} ${path}\`${needs}.`, '', description, '', ...tags]);
}

function rootClass(root: Resource): string {
  const children = [...root.children].map(([name, child]) => [name, className(child)] as const);
  return `/** Every operation of the contract, by resource. */
export class Resources {
  ${children.map(([name, type]) => `readonly ${name}: ${type};`).join('\n')}

  constructor(caller: Caller) {
    ${children.map(([name, type]) => `this.${name} = new ${type}(caller);`).join('\n')}
  }
}
`;
}

/** A JSDoc comment, its lines broken where they are too long. */
function comment(lines: readonly string[]): string {
  const broken = lines.flatMap((line) => wrap(line)).join('\n * ');
  const text = broken
    .replaceAll('*/', '*\\/')
    .replaceAll(/ +$/gm, '')
    .replace(/(\n \*)+$/, '');
  return text.includes('\n') ? `/**\n * ${text}\n */\n` : `/** ${text} */\n`;
}

function wrap(line: string): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length < 100) lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
