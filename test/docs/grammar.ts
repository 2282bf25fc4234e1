/** The grammar of an accepted file as its schema has it, in the words of a page. */
import * as z from 'zod';
import { ModelName, Sha256 } from '../../lib/domain/identifiers.ts';

const Node = z.looseObject({
  get properties() {
    return z.record(z.string(), Node).optional();
  },
  get items() {
    return Node.optional();
  },
  required: z.array(z.string()).default([]),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  default: z.unknown().optional(),
});
type Node = z.infer<typeof Node>;

/** A schema as what goes in, before defaults and transformations. */
export const inputOf = (schema: z.ZodType): Node => Node.parse(z.toJSONSchema(schema, { io: 'input' }));

/** A row for each field: its path, whether it must be there, what it is. Maps that must be there are shown by their fields. */
export const grammarOf = (schema: z.ZodType): string[][] =>
  rowsOf(inputOf(schema), '').filter(([path]) => path !== 'schema_version');

const rowsOf = ({ properties = {}, required }: Node, at: string): string[][] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const mustBe = required.includes(name);
    const inner = field.items?.properties === undefined ? field : field.items;
    const path = `${at}${name}${inner === field ? '' : '[]'}`;
    const isShown = inner.properties === undefined || !mustBe || inner.required.length === 0;
    return [...(isShown ? [[path, mustBe ? 'MUST' : 'MAY', wordOf(field)]] : []), ...rowsOf(inner, `${path}.`)];
  });

const patternOf = (schema: z.ZodType): string => inputOf(schema).pattern ?? '';
const FORMS: readonly (readonly [string, string])[] = [
  [patternOf(Sha256), 'digest'],
  [patternOf(ModelName), 'name of a model'],
  ['^arn:', 'ARN'],
  ['^[a-z0-9.-]{', 'domain name'],
];

const wordOf = ({ type, enum: options, pattern, minimum, exclusiveMinimum }: Node): string => {
  if (options !== undefined) return options.map((option) => `\`${option}\``).join(', ');
  if (pattern !== undefined) return FORMS.find(([form]) => pattern.startsWith(form))?.[1] ?? 'text';
  if (Array.isArray(type))
    return type
      .map(nameOf)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or ');
  if (type === 'integer') return minimum === 0 ? 'count' : `whole number from ${minimum}`;
  if (exclusiveMinimum !== undefined) return `number above ${exclusiveMinimum}`;
  return minimum === undefined ? nameOf(type ?? 'anything') : `number from ${minimum}`;
};

const nameOf = (type: string): string => ({ string: 'text', object: 'map', array: 'list' })[type] ?? type;
