/** What ties an evaluation report to what it measured. Other tools' formats have no place for this except `gov.*`. */
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import { readShape, refuseDocument } from './document.ts';

/**
 * The required part of our own report format. In other formats each may be absent; checks that need it then do not
 * pass.
 */
export const TIES = {
  model_name: z.string(),
  model_version: z.string(),
  artifact_sha256: Sha256,
  predictions_sha256: Sha256,
  dataset: z.object({ name: z.string(), sha256: Sha256, rows: z.int().min(0) }),
  test_split: z.object({ rows: z.int().min(0), method: z.string(), seed: z.int().optional() }),
  features: z.array(z.string()).min(1),
  operating_threshold: z.number(),
};

/**
 * The same fields in an object `gov` of another tool's JSON file. Strict, so that a misspelt field is reported instead
 * of ignored.
 */
export const GovTies = z.strictObject(TIES).partial();
export type GovTies = z.infer<typeof GovTies>;

const DecimalText = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,15})?$/, 'must be a decimal number')
  .transform(Number);

const TaggedTies = z.strictObject({
  model_name: TIES.model_name.optional(),
  model_version: TIES.model_version.optional(),
  artifact_sha256: Sha256.optional(),
  predictions_sha256: Sha256.optional(),
  dataset_name: z.string().optional(),
  dataset_sha256: Sha256.optional(),
  dataset_rows: DecimalText.pipe(z.int().min(0)).optional(),
  test_split_rows: DecimalText.pipe(z.int().min(0)).optional(),
  test_split_method: z.string().optional(),
  features: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter((feature) => feature !== ''))
    .pipe(TIES.features)
    .optional(),
  operating_threshold: DecimalText.optional(),
  // Belongs to the training, and is read there (training-provenance.ts).
  training_dataset_sha256: z.string().optional(),
});

const GOV = 'gov.';

/**
 * The ties in tags, which are text only: `gov.<field>`, nested fields with an underscore, features separated by spaces.
 */
export const tiesOfTags = (name: string, tags: Readonly<Record<string, string>>): GovTies => {
  const governed = Object.entries(tags).filter(([key]) => key.startsWith(GOV));
  const tagged = readShape(
    TaggedTies,
    Object.fromEntries(governed.map(([key, value]) => [key.slice(GOV.length), value])),
    name,
  );
  const { training_dataset_sha256: _, ...measured } = tagged;
  const { dataset_name, dataset_sha256, dataset_rows, test_split_rows, test_split_method, ...ties } = measured;
  const dataset = requireWhole(name, { name: dataset_name, sha256: dataset_sha256, rows: dataset_rows }, 'dataset');
  const split = requireWhole(name, { rows: test_split_rows, method: test_split_method }, 'test_split');
  return GovTies.parse({
    ...ties,
    ...(dataset === undefined ? {} : { dataset }),
    ...(split === undefined ? {} : { test_split: split }),
  });
};

/** An object whose tags must be given all or not at all: half of one would be worthless, yet look like evidence. */
const requireWhole = (name: string, parts: Readonly<Record<string, unknown>>, field: string): object | undefined => {
  const missing = Object.keys(parts).filter((part) => parts[part] === undefined);
  if (missing.length === Object.keys(parts).length) return undefined;
  if (missing.length === 0) return parts;
  return refuseDocument(
    name,
    missing.map((part) => ({ field: `${GOV}${field}_${part}`, problem: 'is missing' })),
  );
};
