/** Fields of bodies that hold an id. */
const ID_FIELDS = ['id', 'project_id', 'parent_id', 'after', 'before'] as const;

/** The form in which the database gives ids; clients may send capitals. */
export function canonicalId(id: string): string {
  return id.toLowerCase();
}

/** The body with its ids in that form. */
export function withCanonicalIds<Body extends { readonly [K in (typeof ID_FIELDS)[number]]?: string | null }>(
  body: Body,
): Body {
  const ids = ID_FIELDS.flatMap((name) => {
    const id = body[name];
    return typeof id === 'string' ? [[name, canonicalId(id)]] : [];
  });
  return { ...body, ...Object.fromEntries(ids) };
}
