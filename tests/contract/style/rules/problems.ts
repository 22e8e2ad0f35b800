import type { ProblemKind } from '../document.ts';
import { difference, nameOf, type Reading, repeated } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** Problems that no operation shows: they are answered before one is chosen, or kept for operations to come. */
const NOT_SHOWN = [
  'conflict',
  'forbidden',
  'method_not_allowed',
  'request_header_too_large',
  'request_timeout',
];

const codesOf = ({ contract }: Reading): string[] =>
  (contract.components.schemas.ProblemCode?.enum ?? []).map(String);

const kindsOf = ({ contract }: Reading): Readonly<Record<string, ProblemKind>> =>
  contract.components.schemas.ProblemCode?.['x-problems'] ?? {};

interface ShownProblem {
  readonly at: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function shownProblems({ mediaTypes, examplesOf }: Reading): ShownProblem[] {
  return mediaTypes
    .filter(({ media }) => nameOf(media.schema) === 'Problem')
    .flatMap(({ at, media }) =>
      examplesOf(media).map(([name, value]) => ({
        at: `${at} ${name}`,
        value: value as ShownProblem['value'],
      })),
    );
}

export const problemRules: readonly Rule[] = [
  {
    says: 'describes each code once, in order',
    check: (reading) => {
      const [kinds, codes] = [kindsOf(reading), codesOf(reading)];
      return [
        ...difference(Object.keys(kinds), codes, 'x-problems:'),
        ...codes
          .filter((code, i) => i > 0 && code < String(codes[i - 1]))
          .map((code) => `${code} is out of order`),
        ...Object.entries(kinds).flatMap(([code, kind]) => [
          ...difference(Object.keys(kind), ['status', 'title', 'description'], `${code}:`),
          ...(kind.status >= 400 && kind.status <= 599 ? [] : [`${code}: status ${kind.status}`]),
          ...(kind.title?.trim() && kind.description?.trim()
            ? []
            : [`${code}: title or description is empty`]),
        ]),
        ...repeated(Object.values(kinds).map(({ title }) => title)).map((title) => `two have "${title}"`),
      ];
    },
    breaks: {
      'x-problems: conflict is missing': change('components/schemas/ProblemCode/x-problems/conflict'),
      'x-problems: not_found is too much': ({ components }) => {
        const { ProblemCode } = components.schemas;
        const codes = ProblemCode?.enum as unknown[];
        codes.splice(codes.indexOf('not_found'), 1);
      },
      'a_code is out of order': change('components/schemas/ProblemCode/enum/3', 'a_code'),
      'conflict: description is missing': change(
        'components/schemas/ProblemCode/x-problems/conflict/description',
      ),
      'conflict: status 200': change('components/schemas/ProblemCode/x-problems/conflict/status', 200),
      'conflict: title or description is empty': change(
        'components/schemas/ProblemCode/x-problems/conflict/title',
        ' ',
      ),
      'two have "There is no such resource"': change(
        'components/schemas/ProblemCode/x-problems/conflict/title',
        'There is no such resource',
      ),
    },
  },
  {
    says: 'shows problems as x-problems describes them',
    check: (reading) =>
      shownProblems(reading).flatMap(({ at, value }) => {
        const kind = kindsOf(reading)[String(value.code)];
        if (!kind) return [`${at}: code ${value.code} is not in x-problems`];
        const expected = { type: `/docs/problems/${value.code}`, title: kind.title, status: kind.status };
        return Object.entries(expected)
          .filter(([member, wanted]) => value[member] !== wanted)
          .map(([member, wanted]) => `${at}: ${member} is ${value[member]}, but x-problems says ${wanted}`);
      }),
    breaks: {
      'code gone is not in x-problems': change(
        'components/responses/NotFound/content/application~1problem+json/example/code',
        'gone',
      ),
      'title is There is no such resource, but x-problems says Lost': change(
        'components/schemas/ProblemCode/x-problems/not_found/title',
        'Lost',
      ),
    },
  },
  {
    says: 'lists problems under the status of their code',
    check: ({ operations, examplesOf }) =>
      operations.flatMap(({ id, responses }) =>
        responses.flatMap(({ status, content = {} }) =>
          Object.values(content)
            .filter((media) => nameOf(media.schema) === 'Problem')
            .flatMap((media) => examplesOf(media))
            .map(([, value]) => value as { readonly code: string; readonly status: number })
            .filter((value) => String(value.status) !== status)
            .map((value) => `${id} ${status} shows ${value.code}, which is a ${value.status}`),
        ),
      ),
    breaks: {
      'getTask 404 shows unauthenticated, which is a 401': change('getTask/responses/404', {
        $ref: '#/components/responses/Unauthorized',
      }),
    },
  },
  {
    says: 'uses every code',
    check: (reading) => {
      const shown = shownProblems(reading).map(({ value }) => String(value.code));
      return difference([...new Set([...shown, ...NOT_SHOWN])], codesOf(reading), 'problem');
    },
    breaks: {
      'problem teapot is missing': change('components/schemas/ProblemCode/enum/99', 'teapot'),
      'problem not_found is missing': change(
        'components/responses/NotFound/content/application~1problem+json/example/code',
        'conflict',
      ),
    },
  },
];
