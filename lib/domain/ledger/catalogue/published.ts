/** The catalogue as it is published: a JSON Schema of whole events, and the page that people read. */
import * as z from 'zod';
import { AuditEvent, EventType } from '../event.ts';
import { AUDITED, EVENT_CATALOGUE } from './catalogue.ts';

/** Those that the event itself has, since details nest. */
const Definitions = z.record(z.string(), z.unknown());

type Schema = { readonly [member: string]: unknown };

/**
 * The JSON Schema of an audit event. Details are described and never demanded: an event that a former version wrote without a member
 * is valid for ever, and so is one to which a later version adds another.
 */
export const eventSchema = (): string => {
  const { $schema, ...event } = z.toJSONSchema(AuditEvent, { io: 'input', target: 'draft-07' });
  const details = EventType.options.map((type): [string, Schema] => [
    type,
    { description: EVENT_CATALOGUE[type].says, ...describing(EVENT_CATALOGUE[type].details) },
  ]);
  const schema = {
    $schema,
    title: 'Assay audit event',
    ...event,
    allOf: details.map(([type]) => ({
      if: { properties: { event_type: { const: type } } },
      // biome-ignore lint/suspicious/noThenProperty: it is the word of JSON Schema, and nothing awaits it.
      then: { properties: { details: { $ref: `#/definitions/${type}` } } },
    })),
    definitions: { ...Definitions.parse(event['definitions']), ...Object.fromEntries(details) },
  };
  return `${JSON.stringify(schema, null, 1)}\n`;
};

const describing = (details: z.ZodType): Schema => {
  const { $schema: _, ...shape } = z.toJSONSchema(details, { io: 'input', target: 'draft-07' });
  // A member may have this name as well: then it is an object, and stays.
  const isDemand = (name: string, value: unknown) => name === 'required' && Array.isArray(value);
  return JSON.parse(JSON.stringify(shape), (name, value) => (isDemand(name, value) ? undefined : value));
};

/** The catalogue as a page: what an auditor looks for, and then every type of event with the names of what is in its details. */
export const cataloguePage = (): string =>
  [
    INTRODUCTION,
    '## What an auditor looks for',
    '',
    '| when | events |',
    '|---|---|',
    ...Object.entries(AUDITED).map(([when, types]) => `| ${when} | ${types.map((type) => `\`${type}\``).join(', ')} |`),
    '',
    '## Events',
    '',
    '| event | what it says | members of `details` |',
    '|---|---|---|',
    ...EventType.options.map(
      (type) => `| \`${type}\` | ${EVENT_CATALOGUE[type].says} | ${membersOf(EVENT_CATALOGUE[type].details)} |`,
    ),
    '',
  ].join('\n');

const membersOf = ({ shape, def }: z.ZodObject): string =>
  [
    ...Object.entries(shape)
      .filter(([name]) => name !== 'rows_sha256')
      .map(([name, member]) => `\`${name}\`${member.safeParse(undefined).success ? '' : '*'}`),
    ...(def.catchall === undefined ? [] : ['others']),
  ].join(', ');

const INTRODUCTION = `# Event catalogue

Every type of [audit event](audit-event.md), what it says, and what is in its \`details\`. This page and
[audit-event.schema.json](audit-event.schema.json), which says what each member is, are written by \`npm run schemas\` from the schemas in
\`lib/domain/ledger/catalogue\`. [audit-event.examples.ndjson](audit-event.examples.ndjson) has one event of each type. Where no test of a whole story leads to one, it was written by hand in the shape that the code gives it, and validated like the others.

A member with a star is in every event of its type that this version writes. Former versions wrote some events with fewer members, and later ones may
write more: a reader MUST take both. So no member of \`details\` is \`required\` in the schema. Where a rule needs one, it is in
[the rules](audit-event.md#rules), and \`assay audit verify\` asks for it.

Since versions that know it, every event also has \`rows_sha256\`, which binds [the rows](recorded-rows.md) that its change wrote.

Reads by people are no events: they are in the [access log](access-log.md).
`;
