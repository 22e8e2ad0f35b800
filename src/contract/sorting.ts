/** What a list is sorted by, as the parameter `sort` has it: a minus sign turns the order round. */
type Field<Sort extends string> = Sort extends `-${infer Name}` ? Name : Sort;

export interface Order<Name extends string> {
  readonly column: Name;
  readonly direction: 'asc' | 'desc';
}

/** @param sort the validated parameter; the most important first */
export function toOrders<Sort extends string>(sort: readonly Sort[]): Order<Field<Sort>>[] {
  return sort.map((text) => ({
    column: text.replace(/^-/, '') as Field<Sort>,
    direction: text.startsWith('-') ? 'desc' : 'asc',
  }));
}
