import * as z from 'zod';

/** Model cards are prose and may be long. */
export const MODEL_CARD_MAX_BYTES = 1_048_576;

const Text = z.string();
const List = z.array(Text).default([]);

export const FailureMode = z.object({ mode: Text, effect: Text.optional(), mitigation: Text.optional() });
export type FailureMode = z.infer<typeof FailureMode>;

/**
 * The card as a check sees it (docs/formats/model-card.md). Every section may be absent, so that a check can name what
 * is missing instead of the whole card being unreadable. Unknown keys are dropped: the formats of cards evolve
 * elsewhere, and no check judges what it does not know.
 */
export const ModelCard = z.object({
  model_name: Text.optional(),
  version: Text.optional(),
  artifact_sha256: Text.optional(),
  owner: Text.optional(),
  escalation_path: Text.optional(),
  overview: Text.optional(),
  intended_use: List,
  not_for_use: List,
  training_data: z
    .object({ source: Text.optional(), period: Text.optional(), exclusions: z.union([Text, z.array(Text)]).optional() })
    .optional(),
  training_data_window: Text.optional(),
  metrics: z.record(z.string(), z.number()).default({}),
  evaluation: z.object({ test_data: Text.optional(), conditions: Text.optional() }).optional(),
  fairness_analysis: z.union([Text, z.array(Text), z.record(z.string(), z.unknown())]).optional(),
  known_limitations: List,
  failure_modes: z.array(FailureMode).default([]),
  edge_cases: List,
  operational_requirements: z
    .object({ compute: Text.optional(), latency: Text.optional(), monitoring: Text.optional() })
    .optional(),
  security_properties: List,
  operational_acknowledgement: z
    .object({ owner: Text.optional(), statement: Text.optional(), date: z.iso.date().optional() })
    .optional(),
  approvals: z.record(z.string(), Text).default({}),
});
export type ModelCard = z.infer<typeof ModelCard>;
