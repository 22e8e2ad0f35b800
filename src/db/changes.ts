/**
 * The fields of a merge patch that differ from the row, or undefined when none does. A field that the patch leaves out
 * is not a change.
 */
export function changedFields<Row extends object, Patch extends { [K in keyof Patch]?: unknown }>(
  row: Row,
  patch: Patch,
): Partial<Patch> | undefined {
  const current = row as Readonly<Record<string, unknown>>;
  const changes = Object.entries(patch).filter(
    ([name, value]) => value !== undefined && value !== current[name],
  );
  return changes.length === 0 ? undefined : (Object.fromEntries(changes) as Partial<Patch>);
}
