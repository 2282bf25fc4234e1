/** CycloneDX 1.6 and 1.7 (https://cyclonedx.org): a bill of materials of one machine-learning model and its data. */
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import type { DataProvenance } from '../data-provenance.ts';
import { readShape, recordByName, refuseDocument } from '../documents/document.ts';
import { metricsOf } from '../metrics.ts';
import type { ModelCard } from '../model-card.ts';
import type { TrainingFacts } from '../training-provenance.ts';
import { cardOf } from './gov-card.ts';

const NAME = 'CycloneDX bill of materials';
const Text = z.string();
const Texts = z.array(Text).default([]);
const Organisation = z.object({ name: Text.optional() }).optional();
const Properties = z.array(z.object({ name: Text, value: Text.default('') })).default([]);

const Dataset = z.object({
  ref: Text.optional(),
  name: Text.optional(),
  contents: z.object({ url: Text.optional() }).optional(),
});

const ModelCardPart = z.object({
  modelParameters: z.object({ datasets: z.array(Dataset).default([]) }).default({ datasets: [] }),
  quantitativeAnalysis: z
    .object({
      performanceMetrics: z
        .array(
          z.object({ type: Text.default(''), value: z.union([Text, z.number()]).optional(), slice: Text.optional() }),
        )
        .default([]),
    })
    .default({ performanceMetrics: [] }),
  considerations: z
    .object({
      useCases: Texts,
      technicalLimitations: Texts,
      performanceTradeoffs: Texts,
      fairnessAssessments: z
        .array(
          z.object({
            groupAtRisk: Text.optional(),
            benefits: Text.optional(),
            harms: Text.optional(),
            mitigationStrategy: Text.optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
  properties: Properties,
});

const Component = z.object({
  type: Text,
  'bom-ref': Text.optional(),
  name: Text,
  version: Text.optional(),
  description: Text.optional(),
  publisher: Text.optional(),
  supplier: Organisation,
  manufacturer: Organisation,
  hashes: z.array(z.object({ alg: Text, content: Text })).default([]),
  licenses: z
    .array(
      z.object({
        expression: Text.optional(),
        license: z.object({ id: Text.optional(), name: Text.optional() }).optional(),
      }),
    )
    .default([]),
  externalReferences: z.array(z.object({ type: Text, url: Text })).default([]),
  pedigree: z.object({ commits: z.array(z.object({ uid: Text.optional() })).default([]) }).default({ commits: [] }),
  data: z.array(Dataset).default([]),
  modelCard: ModelCardPart.prefault({}),
  properties: Properties,
});
type Component = z.infer<typeof Component>;

const BillOfMaterials = z.object({
  specVersion: z.enum(['1.6', '1.7'], 'is neither 1.6 nor 1.7'),
  metadata: z.object({ component: Component.optional() }).default({}),
  components: z.array(Component).default([]),
});

/** Reads the model of the bill as our model card. What CycloneDX has no field for comes from its properties `gov.*`. */
export const readBillOfMaterialsCard = (document: unknown): ModelCard => {
  const { model, components } = readBill(document);
  const { modelParameters, quantitativeAnalysis, considerations, properties } = model.modelCard;
  const native = {
    model_name: model.name,
    version: model.version,
    artifact_sha256: digestOf(model),
    owner: model.supplier?.name ?? model.manufacturer?.name ?? model.publisher,
    overview: model.description,
    intended_use: considerations.useCases,
    training_data: { source: joined(modelParameters.datasets.flatMap((dataset) => datasetName(dataset, components))) },
    metrics: metricsOf(NAME, measured(quantitativeAnalysis.performanceMetrics)),
    fairness_analysis: fairness(considerations.fairnessAssessments),
    known_limitations: [...considerations.technicalLimitations, ...considerations.performanceTradeoffs],
  };
  return cardOf(NAME, native, propertiesOf([...model.properties, ...properties]));
};

/** Reads the model as the subject, the commits of its pedigree, and its datasets as the materials. */
export const readBillOfMaterialsTraining = (document: unknown): TrainingFacts => {
  const { model, components } = readBill(document);
  const digest = digestOf(model);
  return {
    format: 'a CycloneDX bill of materials',
    subjects: digest === undefined ? [] : [{ name: model.name, sha256: digest }],
    gitCommits: model.pedigree.commits.flatMap(({ uid }) => uid ?? []),
    materials: components.filter(isData).flatMap((component) => {
      const sha256 = digestOf(component);
      const uri = urlOf(component);
      return sha256 === undefined ? [] : [{ name: component.name, ...(uri === undefined ? {} : { uri }), sha256 }];
    }),
    parameters: {},
  };
};

/**
 * Reads the data components of the bill as the datasets of our record. CycloneDX has no fields for columns, consent and
 * retention, so those sections are absent, and the checks on them say so.
 */
export const readBillOfMaterialsData = (document: unknown): DataProvenance => {
  const { components } = readBill(document);
  return {
    schema_version: 1,
    datasets: components.filter(isData).map((component) => ({
      name: component.name,
      ...given('description', component.description),
      ...given('source', component.supplier?.name ?? component.publisher),
      ...given('uri', urlOf(component)),
      ...given('sha256', digestOf(component)),
      ...given('license', joined(component.licenses.flatMap(licenseName))),
    })),
    columns: [],
  };
};

const readBill = (document: unknown): { model: Component; components: readonly Component[] } => {
  const { metadata, components } = readShape(BillOfMaterials, document, NAME);
  const all = [...(metadata.component === undefined ? [] : [metadata.component]), ...components];
  const [model, ...others] = all.filter(({ type }) => type === 'machine-learning-model');
  if (model !== undefined && others.length === 0) return { model, components: all };
  const problem = `has ${model === undefined ? 'no' : others.length + 1} machine-learning-model; a release is one model`;
  return refuseDocument(NAME, [{ field: 'components', problem }]);
};

const isData = ({ type }: Component): boolean => type === 'data';

const digestOf = ({ hashes }: Component): Sha256 | undefined => {
  const digest = hashes.find(({ alg }) => alg === 'SHA-256')?.content.toLowerCase();
  return digest === undefined ? undefined : readShape(Sha256, digest, `SHA-256 of the ${NAME}`);
};

const urlOf = ({ data, externalReferences }: Component): string | undefined =>
  data.find((dataset) => dataset.contents?.url !== undefined)?.contents?.url ??
  externalReferences.find(({ type }) => type === 'distribution')?.url;

const licenseName = ({ expression, license }: Component['licenses'][number]): string[] =>
  [expression ?? license?.id ?? license?.name].flatMap((name) => name ?? []);

/** A dataset is described in place, or referred to by its `bom-ref`. */
const datasetName = ({ ref, name }: z.infer<typeof Dataset>, components: readonly Component[]): string[] => {
  const referred = components.find((component) => ref !== undefined && component['bom-ref'] === ref);
  return [name ?? referred?.name ?? ref].flatMap((found) => found ?? []);
};

type PerformanceMetric = z.infer<typeof ModelCardPart>['quantitativeAnalysis']['performanceMetrics'][number];

/**
 * Values are text in CycloneDX. A metric for a slice of the data has the slice in its name; one that is not a number is
 * dropped.
 */
const measured = (metrics: readonly PerformanceMetric[]) =>
  metrics.map(({ type, slice, value }, index) => ({
    field: `performanceMetrics.${index}`,
    key: slice === undefined ? type : `${slice}.${type}`,
    value: DECIMAL.test(String(value)) ? Number(value) : Number.NaN,
  }));
const DECIMAL = /^-?\d{1,15}(\.\d{1,20})?([eE][+-]?\d{1,2})?$/;

type Assessment = z.infer<typeof ModelCardPart>['considerations']['fairnessAssessments'][number];

const fairness = (assessments: readonly Assessment[]): string[] | undefined => {
  const described = assessments.map(({ groupAtRisk, benefits, harms, mitigationStrategy }) =>
    [
      ...(groupAtRisk === undefined ? [] : [`group at risk: ${groupAtRisk}`]),
      ...(benefits === undefined ? [] : [`benefits: ${benefits}`]),
      ...(harms === undefined ? [] : [`harms: ${harms}`]),
      ...(mitigationStrategy === undefined ? [] : [`mitigation: ${mitigationStrategy}`]),
    ].join('; '),
  );
  return described.length === 0 ? undefined : described;
};

/** Property names may repeat in CycloneDX, but ours may not, so only ours become a record. */
const propertiesOf = (properties: readonly { readonly name: string; readonly value: string }[]) =>
  recordByName(
    NAME,
    properties
      .filter(({ name }) => name.startsWith('gov.'))
      .map(({ name, value }) => ({ field: 'properties', key: name, value })),
  );

const joined = (texts: readonly string[]): string | undefined => (texts.length === 0 ? undefined : texts.join('; '));

const given = <K extends string>(key: K, value: string | undefined): { [key in K]?: string } =>
  // The cast holds: the object is empty or has this one key.
  (value === undefined ? {} : { [key]: value }) as { [key in K]?: string };
