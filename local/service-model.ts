import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { ensureVenv } from './venv.ts';

/** A shape of the service model as botocore writes it down, without what is for people. */
const Shape = z.object({
  type: z.string(),
  required: z.array(z.string()).default([]),
  members: z.record(z.string(), z.object({ shape: z.string() })).default({}),
  member: z.object({ shape: z.string() }).optional(),
  key: z.object({ shape: z.string() }).optional(),
  value: z.object({ shape: z.string() }).optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});
type Shape = z.infer<typeof Shape>;
const Model = z.object({
  operations: z.record(z.string(), z.object({ input: z.object({ shape: z.string() }).optional() })),
  shapes: z.record(z.string(), z.unknown()),
});

export type ServiceModel = {
  /**
   * Every constraint of the service model that the input of an operation fails to satisfy, in the words of AWS. Like AWS,
   * it ignores members that nobody knows, unless it is asked about them.
   */
  violations(operation: string, input: unknown, rules?: Rules): string[];
};
type Rules = { readonly refusesUnknown?: boolean };

/**
 * The model that the clients of a service are generated from: what a request must have, and which values its members
 * may have. botocore brings it, and lies in the Python environment of the local AWS anyway. Services have the names of
 * botocore, such as `stepfunctions`.
 */
export const loadServiceModel = async (root: string, service: string): Promise<ServiceModel> => {
  await ensureVenv(root);
  const pattern = `.local/venv/lib/python3*/site-packages/botocore/data/${service}/*/service-2.json.gz`;
  // Some have several versions, which are named by their dates.
  const file = globSync(pattern, { cwd: root }).toSorted().at(-1);
  if (file === undefined) throw new Error(`could not find ${pattern} in ${root}`);
  const { operations, shapes } = Model.parse(JSON.parse(gunzipSync(await readFile(join(root, file))).toString()));
  const read = new Map<string, Shape>();
  const shapeOf = (name: string): Shape => {
    const shape = read.get(name) ?? Shape.parse(shapes[name]);
    read.set(name, shape);
    return shape;
  };
  return {
    violations: (operation, input, rules = {}) => {
      const known = operations[operation];
      if (known === undefined) return [`${service} has no operation ${operation}`];
      const name = known.input?.shape;
      return name === undefined ? [] : [...violationsOf(input, { name, path: [] }, { ...rules, shapeOf })];
    },
  };
};

type Place = { readonly name: string; readonly path: readonly string[] };
type Reading = Rules & { readonly shapeOf: (name: string) => Shape };

function* violationsOf(value: unknown, { name, path }: Place, reading: Reading): Generator<string> {
  const shape = reading.shapeOf(name);
  const fails = (constraint: string) => violation(value, path, constraint);
  if (value === undefined || value === null) return yield fails('Member must not be null');
  if (!TYPES[shape.type]?.(value)) return yield fails(`Member must be of type ${shape.type}`);
  for (const constraint of constraintsOn(value, shape)) yield fails(constraint);
  const unknown = reading.refusesUnknown === true && shape.type === 'structure' ? unknownMembers(value, shape) : [];
  for (const member of unknown) yield fails(`Member must not have ${member}`);
  for (const [part, place] of partsOf(value, shape)) {
    yield* violationsOf(part, { name: place.name, path: [...path, ...place.path] }, reading);
  }
}

const unknownMembers = (value: unknown, { members }: Shape): string[] =>
  Object.entries(Object(value)).flatMap(([member, part]) =>
    part === undefined || Object.hasOwn(members, member) ? [] : [member],
  );

const isStructure = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): boolean => typeof value === 'number';

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  structure: isStructure,
  map: isStructure,
  list: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  long: Number.isInteger,
  float: isNumber,
  double: isNumber,
  timestamp: isNumber,
  // As JSON has them, or only how many bytes they are.
  blob: (value) => typeof value === 'string' || isBytes(value),
};

/** Stands in a recorded request for bytes. */
const isBytes = (value: unknown): value is { readonly sizeBytes: number } =>
  isStructure(value) && typeof value['sizeBytes'] === 'number';

function* constraintsOn(value: unknown, shape: Shape): Generator<string> {
  const { min, max } = shape;
  const { what, size } = sizeOf(value);
  if (min !== undefined && size < min) yield `Member must have ${what} greater than or equal to ${min}`;
  if (max !== undefined && size > max) yield `Member must have ${what} less than or equal to ${max}`;
  if (typeof value !== 'string') return;
  if (shape.enum?.includes(value) === false) yield `Member must satisfy enum value set: [${shape.enum.join(', ')}]`;
  if (shape.pattern !== undefined && !wholly(shape.pattern).test(value)) {
    yield `Member must satisfy regular expression pattern: ${shape.pattern}`;
  }
}

const sizeOf = (value: unknown): { what: 'length' | 'value'; size: number } => {
  if (typeof value === 'number') return { what: 'value', size: value };
  if (typeof value === 'string' || Array.isArray(value)) return { what: 'length', size: value.length };
  if (isBytes(value)) return { what: 'length', size: value.sizeBytes };
  return { what: 'length', size: Object.keys(Object(value)).length };
};

/** AWS matches a pattern against the whole text. Some end in `${1,128}`, which only Java reads: the bounds say it too. */
const wholly = (pattern: string): RegExp => {
  const whole = `^(?:${pattern.replace(/\$\{\d+,\d+\}$/, '')})$`;
  try {
    return new RegExp(whole, 'u');
  } catch {
    // Java escapes what needs no escape.
    return new RegExp(whole);
  }
};

/** The parts that a value has or must have, each with its shape and its place. Members that nobody knows are ignored. */
function* partsOf(value: unknown, shape: Shape): Generator<[unknown, Place]> {
  if (Array.isArray(value) && shape.member !== undefined) {
    for (const [index, part] of value.entries())
      yield [part, { name: shape.member.shape, path: [`${index + 1}.member`] }];
  }
  if (!isStructure(value)) return;
  for (const [member, { shape: name }] of Object.entries(shape.members)) {
    const isThere = value[member] !== undefined && value[member] !== null;
    if (isThere || shape.required.includes(member)) yield [value[member], { name, path: [memberName(member)] }];
  }
  for (const [key, part] of shape.key === undefined ? [] : Object.entries(value)) {
    yield [key, { name: shape.key?.shape ?? '', path: [] }];
    yield [part, { name: shape.value?.shape ?? '', path: [`${key}.member`] }];
  }
}

const memberName = (member: string): string => member.replace(/^./, (letter) => letter.toLowerCase());

const violation = (value: unknown, path: readonly string[], constraint: string): string => {
  const shown =
    value === undefined || value === null ? 'null' : `'${typeof value === 'object' ? JSON.stringify(value) : value}'`;
  return `Value ${shown} at '${path.join('.')}' failed to satisfy constraint: ${constraint}`;
};
