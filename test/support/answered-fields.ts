/** Which of the fields that an answer may have, by the OpenAPI document, an answer has. */
import * as z from 'zod';

const Shape = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
});
type Schemas = Readonly<Record<string, unknown>>;
type Field = { readonly path: string; readonly isOptional: boolean };
/** What is looked at. Without it, every field is meant that there may be. */
type Value = { readonly of: unknown } | undefined;

/** The fields of a shape that a value has, each as `Shape.field`, or `Shape.field.inner` of a shape without a name. */
function* fieldsIn(schemas: Schemas, schema: unknown, at: string, value: Value): Generator<Field> {
  const shape = Shape.parse(schema ?? {});
  const name = shape.$ref?.split('/').at(-1);
  if (name !== undefined) {
    // Without a value each named shape is gone through for itself: one that has itself within it would have no end.
    if (value !== undefined) yield* fieldsIn(schemas, schemas[name], name, value);
    return;
  }
  for (const one of [...shape.anyOf, ...shape.oneOf]) yield* fieldsIn(schemas, one, at, value);
  for (const item of shape.items === undefined ? [] : itemsOf(value)) yield* fieldsIn(schemas, shape.items, at, item);
  for (const [field, inner] of Object.entries(shape.properties)) {
    const member = memberOf(value, field);
    if (value !== undefined && member === undefined) continue;
    yield { path: `${at}.${field}`, isOptional: !shape.required.includes(field) };
    yield* fieldsIn(schemas, inner, `${at}.${field}`, member);
  }
}

const itemsOf = (value: Value): Value[] => {
  if (value === undefined) return [value];
  return Array.isArray(value.of) ? value.of.map((of) => ({ of })) : [];
};

const memberOf = (value: Value, field: string): Value => {
  const of: unknown = typeof value?.of === 'object' && value.of !== null ? Reflect.get(value.of, field) : undefined;
  return of === undefined ? undefined : { of };
};

const optionalOf = (fields: Iterable<Field>): string[] => [
  ...new Set([...fields].flatMap(({ path, isOptional }) => (isOptional ? [path] : []))),
];

/** The optional fields of these shapes. */
export const optionalFields = (schemas: Schemas, names: readonly string[]): string[] =>
  names.flatMap((name) => optionalOf(fieldsIn(schemas, schemas[name], name, undefined)));

/** Those of them that an answer of this shape has. */
export const answeredFields = (schemas: Schemas, schema: unknown, of: unknown): string[] =>
  optionalOf(fieldsIn(schemas, schema, '', { of }));
