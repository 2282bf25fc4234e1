/** Whatever people write for others to read or sign has something in it that can be seen (AP-15). */
import { expect, it } from 'vitest';
import type * as z from 'zod';
import { Adoption, Explained, Order, RollbackOrder } from '../../lambdas/serve-api/body.ts';
import { Move } from '../../lambdas/serve-api/endpoints.ts';
import { ApproverDirectory } from '../../lib/domain/policy/directory.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { Regime } from '../../lib/domain/policy/regime.ts';
import { ReleaseManifest } from '../../lib/domain/release/manifest.ts';

/** Where such text comes in. What is stored is read more leniently, and is not here. */
const BORDERS = {
  ReleaseManifest,
  GovernancePolicy,
  ApproverDirectory,
  Regime,
  Order,
  RollbackOrder,
  Adoption,
  Explained,
  Move,
};

/** Texts that machines read and people do not sign. A new one needs a line here, or a schema that refuses what is not seen. */
const OF_MACHINES = [
  // Names and values of check parameters: each check judges its own.
  /^GovernancePolicy\.stages\[\]\.checks\[\]\.parameters\./,
  // Judged by its schema as a whole: it is a time zone that is known.
  /^ApproverDirectory\.people\[\]\.time_zone$/,
  // Names are patterns, judged by the schema as a whole; a value may be anything, and is shown in quotes.
  /^ReleaseManifest\.deployment\.environment\.KEY$/,
];

const BLANK = ['\u200b'.repeat(8), ' '.repeat(8), '\u2800\u3164\u00ad\u2060\u034f\ufe0f\u115f\u17b4'];

type Found = { readonly path: string; readonly schema: z.ZodType };

/** Every text in a schema, with its place. A kind of schema that this does not know fails. */
const textsIn = (schema: z.ZodType, path: string): Found[] => {
  const { def } = schema as unknown as { def: Record<string, never> & { type: string } };
  const inner = (one: unknown, at = path) => textsIn(one as z.ZodType, at);
  switch (def.type) {
    case 'string':
      return [{ path, schema }];
    case 'object':
      return Object.entries(def['shape'] ?? {}).flatMap(([key, value]) => inner(value, `${path}.${key}`));
    case 'array':
      return inner(def['element'], `${path}[]`);
    case 'record':
      return [...inner(def['keyType'], `${path}.KEY`), ...inner(def['valueType'], `${path}.VALUE`)];
    case 'union':
      return Object.values<unknown>(def['options'] ?? []).flatMap((option) => inner(option));
    case 'optional':
    case 'nullable':
    case 'prefault':
    case 'default':
    case 'readonly':
      return inner(def['innerType']);
    case 'pipe':
      return inner(def['in']);
    case 'boolean':
    case 'custom':
    case 'enum':
    case 'int':
    case 'literal':
    case 'never':
    case 'number':
    case 'unknown':
      return [];
    default:
      throw new Error(`${path} is a ${def.type}`);
  }
};

const TEXTS = Object.entries(BORDERS).flatMap(([name, schema]) => textsIn(schema, name));

it('is found in every schema, down to its leaves', () => {
  expect(TEXTS.length).toBeGreaterThan(90);
  expect(TEXTS.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'ReleaseManifest.config_version',
      'ReleaseManifest.denial_answer',
      'GovernancePolicy.approval_meaning',
      'GovernancePolicy.tiers.high.checklist[].question',
      'ApproverDirectory.people[].name',
      'Regime.clauses[].title',
      'Order.reason',
      'Order.incident',
    ]),
  );
});

it.each(TEXTS.filter(({ path }) => !OF_MACHINES.some((exempt) => exempt.test(path))))(
  'is not blank: $path',
  ({ schema }) => {
    for (const blank of BLANK) expect(schema.safeParse(blank).success).toBe(false);
  },
);

it.each(OF_MACHINES)('%s still exempts a text', (exempt) => {
  expect(TEXTS.some(({ path }) => exempt.test(path))).toBe(true);
});
