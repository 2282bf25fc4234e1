/**
 * The fields of our model card that other tools' formats have no slot for, as texts `gov.<field>`: in the custom
 * details of a SageMaker card, or in the properties of a CycloneDX component. Lists have one item per line. Such slots
 * are short, so a long list continues in `gov.<field>.2`, `gov.<field>.3` and so on.
 */
import * as z from 'zod';
import { cut } from '../../cut.ts';
import type { Violation } from '../../refusal.ts';
import { refuseDocument } from '../documents/document.ts';
import type { ModelCard } from '../model-card.ts';

export const GOV_CARD_FIELDS = [
  'model_name',
  'model_version',
  'artifact_sha256',
  'owner',
  'escalation_path',
  'overview',
  'intended_use',
  'not_for_use',
  'training_data_source',
  'training_data_period',
  'training_data_exclusions',
  'evaluation_test_data',
  'evaluation_conditions',
  'fairness_analysis',
  'known_limitations',
  'failure_modes',
  'edge_cases',
  'operational_requirements_compute',
  'operational_requirements_latency',
  'operational_requirements_monitoring',
  'operational_acknowledgement_owner',
  'operational_acknowledgement_statement',
  'operational_acknowledgement_date',
  'security_properties',
] as const;
type Field = (typeof GOV_CARD_FIELDS)[number];

const GOV = /^gov\.(.*?)(?:\.([1-9]\d?))?$/s;

/** The fields that other tools' formats have slots for. */
type NativeCard = Pick<ModelCard, 'intended_use' | 'known_limitations' | 'metrics'> &
  Pick<
    ModelCard,
    | 'model_name'
    | 'version'
    | 'artifact_sha256'
    | 'owner'
    | 'overview'
    | 'training_data'
    | 'evaluation'
    | 'fairness_analysis'
  >;

/** Combines a format's own slots with the texts. Where both give a value, the text wins; lists are joined. */
export const cardOf = (name: string, native: NativeCard, texts: Readonly<Record<string, string>>): ModelCard => {
  const gov = readGoverned(name, texts);
  const list = (field: Field) => (gov.get(field) ?? '').split(/\r?\n/).flatMap((line) => line.trim() || []);
  return {
    ...native,
    ...pickFields(gov, SCALARS),
    intended_use: [...native.intended_use, ...list('intended_use')],
    not_for_use: list('not_for_use'),
    training_data: { ...native.training_data, ...pickFields(gov, TRAINING_DATA) },
    evaluation: { ...native.evaluation, ...pickFields(gov, EVALUATION) },
    known_limitations: [...native.known_limitations, ...list('known_limitations')],
    failure_modes: list('failure_modes').map(failureMode),
    edge_cases: list('edge_cases'),
    operational_requirements: pickFields(gov, OPERATIONAL_REQUIREMENTS),
    security_properties: list('security_properties'),
    ...acknowledgement(name, gov),
    approvals: {},
  };
};

const SCALARS = {
  model_name: 'model_name',
  version: 'model_version',
  artifact_sha256: 'artifact_sha256',
  owner: 'owner',
  escalation_path: 'escalation_path',
  overview: 'overview',
  fairness_analysis: 'fairness_analysis',
} as const;
const TRAINING_DATA = {
  source: 'training_data_source',
  period: 'training_data_period',
  exclusions: 'training_data_exclusions',
} as const;
const EVALUATION = { test_data: 'evaluation_test_data', conditions: 'evaluation_conditions' } as const;
const OPERATIONAL_REQUIREMENTS = {
  compute: 'operational_requirements_compute',
  latency: 'operational_requirements_latency',
  monitoring: 'operational_requirements_monitoring',
} as const;

const ACKNOWLEDGEMENT = {
  owner: 'operational_acknowledgement_owner',
  statement: 'operational_acknowledgement_statement',
  date: 'operational_acknowledgement_date',
} as const;

/** Absent unless one of its texts is given. The date must be valid. */
const acknowledgement = (
  name: string,
  gov: ReadonlyMap<string, string>,
): Pick<ModelCard, 'operational_acknowledgement'> => {
  const said = pickFields(gov, ACKNOWLEDGEMENT);
  if (Object.keys(said).length === 0) return {};
  if (said.date !== undefined && !z.iso.date().safeParse(said.date).success) {
    const field = `gov.${ACKNOWLEDGEMENT.date}`;
    return refuseDocument(name, [{ field, problem: 'is not a date: write YYYY-MM-DD' }]);
  }
  return { operational_acknowledgement: said };
};

/** The texts that are given, under their names in the card. */
const pickFields = <Key extends string>(
  gov: ReadonlyMap<string, string>,
  fields: Readonly<Record<Key, Field>>,
): { [K in Key]?: string } =>
  // The cast holds: the keys are those of `fields`, the values texts.
  Object.fromEntries(
    Object.entries<Field>(fields).flatMap(([key, field]) => (gov.has(field) ? [[key, gov.get(field)]] : [])),
  ) as { [K in Key]?: string };

/** Mode, effect and mitigation, separated by bars: `Drift | wrong scores | weekly comparison`. */
const failureMode = (line: string): ModelCard['failure_modes'][number] => {
  const [mode = '', effect, ...mitigation] = line.split('|').map((part) => part.trim());
  return { mode, effect, mitigation: mitigation.length === 0 ? undefined : mitigation.join(' | ') };
};

const readGoverned = (name: string, texts: Readonly<Record<string, string>>): Map<string, string> => {
  const parts = new Map<string, { part: number; text: string }[]>();
  const violations: Violation[] = [];
  for (const [key, text] of Object.entries(texts)) {
    const [, field, part] = GOV.exec(key) ?? [];
    if (field === undefined) continue;
    if (!GOV_CARD_FIELDS.some((known) => known === field))
      violations.push({ field: cut(key, 64), problem: unknownField });
    parts.set(field, [...(parts.get(field) ?? []), { part: Number(part ?? '1'), text }]);
  }
  if (violations.length > 0) refuseDocument(name, violations);
  return new Map(
    [...parts].map(([field, of]) => [
      field,
      of
        .sort((a, b) => a.part - b.part)
        .map(({ text }) => text)
        .join('\n'),
    ]),
  );
};

const unknownField = `is no field of a model card; there are gov.${GOV_CARD_FIELDS.join(', gov.')}`;
