import { parser } from '@prometheus-io/lezer-promql';

/** What an expression of PromQL asks for. */
export interface Asked {
  /** Names of metrics, suffixes of histograms included. */
  readonly metrics: readonly string[];
  /** Labels in matchers and groupings. */
  readonly labels: readonly string[];
  /** Values that a label is compared with, the parts of `a|b` one by one. */
  readonly values: readonly { readonly label: string; readonly value: string }[];
}

/** @throws Error when it is no PromQL */
export function readExpression(expression: string): Asked {
  const metrics: string[] = [];
  const labels: string[] = [];
  const values: { label: string; value: string }[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`No PromQL at ${from} of: ${expression}`);
      if (type.name === 'Identifier') metrics.push(text);
      if (type.name === 'LabelName') labels.push(text);
      if (type.name !== 'UnquotedLabelMatcher') return;
      const [label, value] = [node.firstChild, node.lastChild].map((part) =>
        part === null ? '' : expression.slice(part.from, part.to),
      ) as [string, string];
      const given: string = JSON.parse(value);
      values.push(...given.split('|').map((each) => ({ label, value: each })));
    },
  });
  return { metrics, labels, values };
}
