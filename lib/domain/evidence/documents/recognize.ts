/**
 * Recognises the format of an evidence file by its keys. A supported format is read; any other known format is refused
 * by its name.
 */
import { cut } from '../../cut.ts';
import { parseDocument, refuseDocument } from './document.ts';

type Keys = Readonly<Record<string, unknown>>;

const has =
  (...keys: string[]) =>
  (document: Keys): boolean =>
    keys.some((key) => Object.hasOwn(document, key));

const hasAll =
  (...keys: string[]) =>
  (document: Keys): boolean =>
    keys.every((key) => Object.hasOwn(document, key));

/**
 * Every format that can be recognised, supported or not, so that a wrong file can be refused by the name of its format.
 */
export type Format =
  | 'a CycloneDX bill of materials'
  | 'a DSSE envelope'
  | 'a Google model card'
  | 'a Hugging Face model card'
  | 'a Model Monitor constraints file'
  | 'a Model Monitor violations report'
  | 'a SARIF log'
  | 'a SageMaker Clarify analysis'
  | 'a SageMaker model card'
  | 'a SageMaker model quality report'
  | 'a Sigstore bundle'
  | 'an Assay data provenance record'
  | 'an Assay evaluation report'
  | 'an Assay explainability report'
  | 'an Assay model card'
  | 'an Assay release manifest'
  | 'an MLflow run'
  | 'an SPDX document'
  | 'an answer of the SageMaker API'
  | 'an in-toto statement';

/** Recognised by keys that no other format has. */
const TELLING: readonly (readonly [Format, (document: Keys) => boolean])[] = [
  ['a CycloneDX bill of materials', ({ bomFormat }) => bomFormat === 'CycloneDX'],
  ['an SPDX document', has('spdxVersion')],
  ['a SARIF log', ({ runs }) => Array.isArray(runs)],
  ['a Sigstore bundle', has('verificationMaterial')],
  ['a DSSE envelope', hasAll('payload', 'payloadType')],
  ['an in-toto statement', hasAll('_type', 'predicateType')],
  ['an answer of the SageMaker API', has('ModelCardArn', 'ModelPackageArn', 'MonitoringExecutionSummaries')],
  [
    'a SageMaker model card',
    has('model_overview', 'intended_uses', 'business_details', 'training_details', 'evaluation_details'),
  ],
  ['a SageMaker model card', has('additional_information', 'model_package_details')],
  ['a SageMaker Clarify analysis', has('post_training_bias_metrics', 'pre_training_bias_metrics', 'explanations')],
  ['a Model Monitor violations report', ({ violations }) => Array.isArray(violations)],
  ['a Model Monitor constraints file', hasAll('features', 'monitoring_config')],
  [
    'a SageMaker model quality report',
    has('binary_classification_metrics', 'multiclass_classification_metrics', 'regression_metrics'),
  ],
  ['an MLflow run', ({ run }) => typeof run === 'object'],
  ['an MLflow run', hasAll('info', 'data')],
  ['a Hugging Face model card', has('model-index', 'library_name', 'pipeline_tag')],
  ['a Google model card', has('model_details', 'quantitative_analysis')],
  ['an Assay release manifest', hasAll('release_id', 'artifact_uri')],
  ['an Assay evaluation report', has('predictions_sha256', 'operating_threshold', 'test_split')],
  ['an Assay explainability report', has('global_attributions')],
  ['an Assay data provenance record', hasAll('schema_version', 'datasets')],
  ['an Assay data provenance record', hasAll('schema_version', 'columns')],
  ['an Assay model card', has('intended_use', 'not_for_use', 'failure_modes', 'known_limitations')],
];

const isKeys = (document: unknown): document is Keys =>
  typeof document === 'object' && document !== null && !Array.isArray(document);

/** The formats whose keys a parsed document has: none, one, or several if formats are mixed. */
export const recognize = (document: unknown): Format[] =>
  isKeys(document) ? TELLING.filter(([, fits]) => fits(document)).map(([format]) => format) : [];

/** How one accepted format is read. */
export type Reader<T> = {
  readonly format: Format;
  readonly read: (document: unknown) => T;
  /** For our own formats, of which a document may have a single key: enough to tell it from an unknown format. */
  readonly keys?: readonly string[];
};

type Accepted<T> = {
  /** Its role in the release, such as `model card`. */
  readonly name: string;
  readonly maxBytes: number;
  /** The first reader that matches is used. */
  readonly readers: readonly [Reader<T>, ...Reader<T>[]];
};

/**
 * Establishes that bytes are a document of one of the accepted formats, and reads it. Other formats are refused by
 * name.
 */
export const readInAnyFormat = <T>(bytes: Uint8Array, accepted: Accepted<T>): T => {
  const document = parseDocument(bytes, accepted.maxBytes);
  const found = recognize(document);
  const reader =
    accepted.readers.find(({ format }) => found.includes(format)) ??
    accepted.readers.find(({ keys }) => found.length === 0 && isKeys(document) && has(...(keys ?? []))(document));
  return reader === undefined ? refuseFormat(document, found[0], accepted) : reader.read(document);
};

const refuseFormat = <T>(document: unknown, format: Format | undefined, { name, readers }: Accepted<T>): never => {
  const found = format === undefined ? `has a shape that is not known (${outline(document)})` : `is ${format}`;
  const taken = readers.map((reader) => reader.format).join(', ');
  return refuseDocument(name, [{ field: 'document', problem: `${found}; accepted here: ${taken}` }]);
};

const KEYS_SHOWN = 6;

const outline = (document: unknown): string => {
  if (!isKeys(document)) return Array.isArray(document) ? 'a list' : `a ${typeof document}`;
  const keys = Object.keys(document);
  const shown = keys.slice(0, KEYS_SHOWN).map((key) => cut(key, 32));
  return `keys ${shown.join(', ') || 'none'}${keys.length > KEYS_SHOWN ? ` and ${keys.length - KEYS_SHOWN} more` : ''}`;
};
