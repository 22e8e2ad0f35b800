/** Which of the contract's paths a concrete one is, for example `/api/v1/tasks/{task_id}` for `/api/v1/tasks/17`. */
export type PathLookup = (path: string) => string | undefined;

/** A literal segment wins over a parameter, as it does in every router (OpenAPI 3.1, "Path Templating Matching"). */
export function createPathLookup(templates: readonly string[]): PathLookup {
  const parameters = (template: string): number => template.split('{').length;
  const ordered = [...templates]
    .sort((one, other) => parameters(one) - parameters(other))
    .map((template) => ({ template, pattern: toPattern(template) }));
  return (path) => {
    const bare = path.split(/[?#]/)[0] ?? '';
    return ordered.find(({ pattern }) => pattern.test(bare))?.template;
  };
}

function toPattern(template: string): RegExp {
  const parts = template
    .split(/\{[^}]+\}/)
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
