import * as z from 'zod';

export const DATA_PROVENANCE_MAX_BYTES = 262_144;

const Text = z.string();
const Day = z.iso.date();

export const Dataset = z.object({
  name: Text.optional(),
  description: Text.optional(),
  source: Text.optional(),
  uri: Text.optional(),
  sha256: Text.optional(),
  records: z.int().min(0).optional(),
  collected: z.object({ from: Day.optional(), to: Day.optional() }).optional(),
  license: Text.optional(),
});
export type Dataset = z.infer<typeof Dataset>;

/** One column of the training or evaluation data: how personal it is, and what was done about it. */
export const DataColumn = z.object({
  name: Text,
  description: Text.optional(),
  personal_data: z.enum(['none', 'indirect', 'sensitive', 'direct']).optional(),
  handling: z.enum(['kept', 'removed', 'pseudonymised', 'aggregated', 'evaluation_only']).optional(),
});
export type DataColumn = z.infer<typeof DataColumn>;

export const ConsentBasis = z.enum(['public_record', 'consent', 'contract', 'legal_obligation', 'legitimate_interest']);
export type ConsentBasis = z.infer<typeof ConsentBasis>;

/**
 * Where the training data come from, and on which legal basis they are used (docs/formats/data-provenance.md). A
 * missing section or field is reported by its check; what is present must have the right type.
 */
export const DataProvenance = z.object({
  schema_version: z.literal(1),
  datasets: z.array(Dataset).default([]),
  columns: z.array(DataColumn).default([]),
  personal_data: z.object({ contains_direct_identifiers: z.boolean().optional(), method: Text.optional() }).optional(),
  consent: z.object({ basis: ConsentBasis.optional(), reference: Text.optional() }).optional(),
  retention: z
    .object({ policy: Text.optional(), retention_days: z.int().min(0).optional(), review_date: Day.optional() })
    .optional(),
});
export type DataProvenance = z.infer<typeof DataProvenance>;
