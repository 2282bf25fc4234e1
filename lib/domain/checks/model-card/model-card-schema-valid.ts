import * as z from 'zod';
import type { ModelCard } from '../../evidence/model-card.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { defineCheck, type Verdict } from '../check.ts';
import { conclude, isSaid, judgeRead, shown, unwrittenProblems } from '../finding.ts';

/** The sections that a policy can require of a card, each with what makes it complete. */
const SECTIONS = {
  overview: (card) => findMissing({ overview: card.overview }),
  intended_use: (card) => findMissing({ intended_use: card.intended_use[0], not_for_use: card.not_for_use[0] }),
  training_data: (card) =>
    findMissing({
      'training_data.source': card.training_data?.source,
      'training_data.period': card.training_data?.period ?? card.training_data_window,
    }),
  evaluation: (card) =>
    findMissing({
      metrics: Object.keys(card.metrics)[0],
      'evaluation.test_data': card.evaluation?.test_data,
      'evaluation.conditions': card.evaluation?.conditions,
    }),
  fairness_analysis: (card) => findMissing({ fairness_analysis: fairnessText(card) }),
  limitations: (card) =>
    findMissing({ known_limitations: card.known_limitations[0], failure_modes: card.failure_modes[0]?.mode }),
  operational_requirements: (card) =>
    findMissing({
      'operational_requirements.compute': card.operational_requirements?.compute,
      'operational_requirements.latency': card.operational_requirements?.latency,
      'operational_requirements.monitoring': card.operational_requirements?.monitoring,
    }),
} as const satisfies Record<string, (card: ModelCard) => string[]>;

// The cast holds: the record is a literal above, and has no keys but its own.
const Section = z.enum(Object.keys(SECTIONS) as (keyof typeof SECTIONS)[]);

/**
 * Establishes that the card is complete and belongs to this very model: same name, version and, if the card gives one,
 * artifact digest. An unreadable card fails this check; in the other checks it is an error.
 */
export const modelCardSchemaValid = defineCheck({
  name: 'model_card_schema_valid',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['manifest', 'modelCard'],
  parameters: z.strictObject({
    required_sections: z.array(Section).default([...Section.options]),
    /** Whether the card must name its artifact. If it names one, it must be the right one in any case. */
    require_artifact_sha256: z.boolean().default(false),
  }),
  judge: ({ manifest, modelCard }, { required_sections: sections, require_artifact_sha256: isTied }): Verdict => {
    const threshold = `name, version and owner of this release; sections: ${sections.join(', ') || 'none'}`;
    const verdict = judgeRead(modelCard, 'model card', threshold, (card) => {
      const required = { owner: card.owner, ...(isTied ? { artifact_sha256: card.artifact_sha256 } : {}) };
      const missing = [...findMissing(required), ...sections.flatMap((section) => SECTIONS[section](card))];
      const wrong = [
        ...unwrittenProblems(card, ''),
        ...missing.map((field) => `${field} is missing.`),
        ...mismatches(card, manifest),
      ];
      const measured = wrong.length === 0 ? 'complete' : `${wrong.length} wrong`;
      const passed = `The card of ${manifest.model_name} ${manifest.model_version} has all ${sections.length} required sections.`;
      return conclude(threshold, measured, passed, wrong);
    });
    return modelCard.kind === 'read' ? verdict : { ...verdict, status: 'failed' };
  },
});

const findMissing = (fields: Record<string, string | undefined>): string[] =>
  Object.entries(fields).flatMap(([name, text]) => (isSaid(text) ? [] : [name]));

const fairnessText = ({ fairness_analysis: analysis }: ModelCard): string | undefined => {
  if (analysis === undefined || typeof analysis === 'string') return analysis;
  return Array.isArray(analysis) ? analysis[0] : Object.keys(analysis)[0];
};

const mismatches = (card: ModelCard, manifest: ManifestRecord): string[] => {
  const pairs = [
    ['model_name', card.model_name ?? '', manifest.model_name],
    ['version', card.version ?? '', manifest.model_version],
    ['artifact_sha256', card.artifact_sha256 ?? manifest.artifact_sha256, manifest.artifact_sha256],
  ] as const;
  return pairs.flatMap(([field, got, expected]) =>
    got === expected ? [] : [`${field} is ${shown(got) || 'missing'}; this release is ${shown(expected)}.`],
  );
};
