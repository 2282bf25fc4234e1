import { cut } from '../cut.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { ReleaseClaim } from '../records/intake.ts';
import type { Violation } from '../refusal.ts';
import { claimViolations } from '../release/manifest.ts';
import { metadataProblem } from '../serving/registry-status.ts';
import { type DescribedContainer, isRestricted } from '../serving/served-package.ts';
import { ENVIRONMENT_METADATA } from './addressed-package.ts';
import {
  METADATA_FIELDS,
  type ModelPackage,
  manifestOfPackage,
  metadataKey,
  OWNER_METADATA,
  onlyContainer,
  readOwnWords,
} from './model-package.ts';
import { madeBy, makerContradictions, packageMaker } from './package-maker.ts';

/**
 * The claim that a model package makes by being registered, without a manifest. It comes with everything that keeps it
 * from being a release: missing values and where in the package to set them, contradictory values, and unknown
 * metadata.
 */
export const claimOfPackage = (modelPackage: ModelPackage, directory: DirectoryRecord): ReleaseClaim => {
  const submitter = packageMaker(modelPackage, directory);
  const manifest = { ...madeBy(submitter.identity), ...manifestOfPackage(modelPackage) };
  const violations = [
    ...claimViolations(manifest).map((fault) => withPlace(fault, modelPackage)),
    ...contradictions(modelPackage),
    ...makerContradictions(modelPackage, submitter.identity, directory),
    ...unknownMetadata(modelPackage),
    ...tooMuchMetadata(modelPackage),
  ];
  return { manifest, door: 'model_registry', submitter, violations };
};

/** The status of the release could not be written to it. */
const tooMuchMetadata = ({ CustomerMetadataProperties: metadata }: ModelPackage): Violation[] => {
  const problem = metadataProblem(metadata);
  return problem === undefined ? [] : [{ field: 'CustomerMetadataProperties', problem }];
};

const withPlace = ({ field, problem }: Violation, modelPackage: ModelPackage): Violation => {
  const isMissing = problem === 'is missing';
  const artifact = field === 'artifact_uri' && isMissing ? artifactProblem(modelPackage) : undefined;
  if (artifact !== undefined) return { field, problem: artifact };
  const places = placesOf(field, modelPackage);
  if (places === '') return { field, problem };
  const hint = field === 'artifact_sha256' && hasEtag(modelPackage) ? '; ModelDataETag is no digest' : '';
  return { field, problem: isMissing ? `is missing: set ${places}${hint}` : `${problem}; it comes from ${places}` };
};

/** Where in a package a field of the manifest is taken from. */
const placesOf = (field: string, modelPackage: ModelPackage): string =>
  [
    ...readOwnWords(modelPackage).flatMap((word) => (word.field === field ? [word.place] : [])),
    ...(PACKAGE_PLACES[field] ?? []),
    ...(METADATA_FIELDS.includes(field) ? [`customer metadata ${metadataKey(field)}`] : []),
  ].join(' or ');

const PACKAGE_PLACES: Readonly<Record<string, readonly string[]>> = {
  model_name: ['ModelPackageGroupName: register the package in a group'],
  artifact_uri: ['ModelDataUrl of its one container'],
  release_id: ['ModelPackageGroupName and ModelPackageVersion'],
  'deployment.image_uri': ['Image of its one container'],
  'deployment.environment': ['Environment of its one container'],
  'deployment.compression_type': ['ModelDataSource of its one container'],
  'deployment.additional_model_data': ['AdditionalModelDataSources of its one container'],
  'deployment.instance_type': ['InferenceSpecification.SupportedRealtimeInferenceInstanceTypes'],
};

const hasEtag = (modelPackage: ModelPackage): boolean => onlyContainer(modelPackage)?.ModelDataETag !== undefined;

const artifactProblem = (modelPackage: ModelPackage): string => {
  if (isRestricted(modelPackage)) {
    return 'is opaque: the package is restricted, so SageMaker keeps its artifact where nobody can hash it, and an artifact without a digest cannot be released';
  }
  const containers = modelPackage.InferenceSpecification?.Containers ?? [];
  const [container] = containers;
  if (container === undefined) return 'is missing: the package has no InferenceSpecification.Containers';
  if (containers.length > 1) {
    return `is not one: the package has ${containers.length} containers, and a release is one artifact; register one package each`;
  }
  return placeProblem(container);
};

const placeProblem = ({ ModelDataUrl: url, ModelDataSource: source }: DescribedContainer): string => {
  const data = source?.S3DataSource;
  if (data === undefined) return 'is missing: set ModelDataUrl of its container';
  return data.S3DataType === 'S3Prefix'
    ? `is a folder (${data.S3Uri}), which has no one digest: pack the model into one object (S3DataType S3Object)`
    : `is not one: ModelDataUrl says ${url}, ModelDataSource ${data.S3Uri}`;
};

/** Metadata may not contradict what the package was created with: nobody should have to guess which value counts. */
const contradictions = (modelPackage: ModelPackage): Violation[] =>
  readOwnWords(modelPackage).flatMap(({ field, place, value }) => {
    const other = modelPackage.CustomerMetadataProperties[metadataKey(field)];
    return value === undefined || other === undefined || value === other
      ? []
      : [{ field, problem: `is ${value} in ${place}, but ${other} in customer metadata ${metadataKey(field)}` }];
  });

const unknownMetadata = (modelPackage: ModelPackage): Violation[] => {
  const known = METADATA_FIELDS.map(metadataKey);
  return Object.keys(modelPackage.CustomerMetadataProperties)
    .filter((key) => key.startsWith('gov.') && key !== ENVIRONMENT_METADATA && !known.includes(key))
    .map((key) => ({
      field: cut(key, 128),
      problem:
        key === OWNER_METADATA
          ? 'is for Assay alone to set, and the release that it names has no such package: remove it'
          : 'is customer metadata that maps to no field of a manifest',
    }));
};
