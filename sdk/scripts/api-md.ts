import { apiError } from '../src/errors.ts';
import type { Contract, Model, Operation } from './contract.ts';
import { type Signature, signatureOf } from './signature.ts';
import { descendants, type Resource } from './tree.ts';

/** The reference of the client, as Markdown. */
export function writeApiMd(contract: Contract, root: Resource): string {
  const resources = descendants(root);
  const models = new Set(contract.models.map(({ name }) => name));
  const link = (type: string): string =>
    type.replaceAll(/\w+/g, (name) => (models.has(name) ? `[${name}](#${name.toLowerCase()})` : name));
  return [
    '<!-- Generated from openapi.yaml by scripts/generate.ts. Do not edit. -->',
    '# API of `@taskpact/sdk`',
    '',
    'Every operation of the contract and the client method for it. Every method also takes `options` (signal, timeout,',
    'deadline, retries, headers) as its last parameter. What the errors are and how to tell them apart is in the',
    '[README](./README.md#errors).',
    '',
    '| Method | Request | |',
    '|---|---|---|',
    ...resources.flatMap((resource) => [...resource.methods].map((entry) => contentsRow(resource, ...entry))),
    '',
    ...resources.flatMap((resource) => [
      `## ${resource.path}`,
      '',
      ...[...resource.methods].flatMap(([name, operation]) => method(resource, name, operation, link)),
    ]),
    '## Errors',
    '',
    'An operation answers the statuses that it lists. Each has a class, and the codes that it may carry:',
    '',
    '| Status | Class | `code` | |',
    '|---|---|---|---|',
    ...codeRows(contract),
    '',
    '## Types',
    '',
    'Answers may have further fields, and further values where a set of values is listed, when the server is newer',
    'than the client.',
    '',
    ...contract.models.flatMap((model) => modelLines(model, link)),
  ].join('\n');
}

const anchor = (resource: Resource, name: string): string =>
  `${resource.path}${name}`.replaceAll('.', '').toLowerCase();

function contentsRow(resource: Resource, name: string, operation: Operation): string {
  const request = `\`${operation.method} ${operation.path}\``;
  return `| [\`${resource.path}.${name}\`](#${anchor(resource, name)}) | ${request} | ${operation.summary} |`;
}

function codeRows({ codes }: Contract): string[] {
  return codes
    .toSorted((a, b) => a.status - b.status)
    .map(({ code, status, description }) => {
      // The class that the client itself makes of the status.
      const { name } = apiError({
        operation: '',
        method: '',
        url: '',
        attempts: 1,
        status,
        headers: new Headers(),
      });
      return `| ${status} | \`${name}\` | \`${code}\` | ${inCell(description)} |`;
    });
}

type Link = (type: string) => string;

function method(resource: Resource, name: string, operation: Operation, link: Link): string[] {
  const signature = signatureOf(resource, name, operation);
  const { deprecated, summary, description, scopes } = operation;
  const parameters = signature.parameters.map((p) => `${p.name}${p.optional ? '?' : ''}`).join(', ');
  return [
    `### ${resource.path}.${name}`,
    '',
    `\`client.${resource.path}.${name}(${parameters})\`: ${link(inCell(signature.result))}`,
    '',
    ...(deprecated ? ['**Deprecated.**', ''] : []),
    `**${summary}.** ${description}`,
    '',
    `- Request: \`${operation.method} ${operation.path}\` (\`${operation.id}\`), ${access(scopes)}`,
    ...parameterLines(operation, signature, link),
    `- [Errors](#errors): ${operation.errors.map(({ status }) => status).join(', ')}`,
    '',
  ];
}

function access(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'public' : `scope ${scopes.map((scope) => `\`${scope}\``).join(', ')}`;
}

function parameterLines({ query }: Operation, { parameters }: Signature, link: Link): string[] {
  return parameters.flatMap(({ name, type, description }) => {
    if (name === 'query') return ['- `query`:', ...query.map((p) => `  - \`${p.name}\`: ${p.description}`)];
    if (name !== 'options') return [`- \`${name}\` (${link(inCell(type))}): ${description}`];
    return type === 'CallOptions' ? [] : [`- \`options\` also takes ${also(type)}.`];
  });
}

/** The options that only some operations have. */
function also(type: string): string {
  const names = [...type.matchAll(/\b(IfMatch|IfNoneMatch|IdempotencyKey)\b/g)].map(([name]) => name);
  return names.map((name) => `\`${name.charAt(0).toLowerCase()}${name.slice(1)}\``).join(' and ');
}

function modelLines({ name, description, values, properties }: Model, link: Link): string[] {
  const known =
    values.length === 0 ? [] : [`One of ${values.map((value) => `\`${value}\``).join(', ')}.`, ''];
  const rows = properties.map(
    (p) =>
      `| \`${p.name}\`${p.required ? '' : ' (optional)'} | ${link(inCell(p.type))} | ${inCell(p.description)} |`,
  );
  const table = rows.length === 0 ? [] : ['| Field | Type | |', '|---|---|---|', ...rows, ''];
  return [`### ${name}`, '', description, '', ...known, ...table];
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
