/** What a model has served so far, and whether another release can follow it. */

import { type HeldPackage, readHolders } from '../change/held-package.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { type Endpoint, endpointId, ownerProblem } from '../records/endpoint.ts';
import { holderProblem } from '../records/package-holder.ts';
import { endpointProblem, type Pointer } from '../records/pointer.ts';
import { type ServedVersions, versionProblem } from '../records/served-versions.ts';
import { Refusal, type RefusalCode, type Violation } from '../refusal.ts';
import type { ReleaseManifest } from '../release/manifest.ts';
import { schemeOf, VersionScheme } from '../release/model-version.ts';
import type { FoundEndpoint } from '../serving/deployer.ts';
import { servesFrom, strangerProblem } from '../serving/strange-endpoint.ts';

export type Before = {
  readonly served: ServedVersions | undefined;
  readonly pointer: Pointer | undefined;
  readonly endpoint: Endpoint | undefined;
  /** Why the endpoint is not touched, if it is there and Assay did not make it. */
  readonly stranger: string | undefined;
  /** The package that the release names, and whose it is. */
  readonly held: HeldPackage;
};

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'releasesOfPackage'>;
  readonly findEndpoint: (endpointName: string) => Promise<FoundEndpoint | undefined>;
};

type RowsBefore = Omit<Before, 'stranger'>;

/** Reads the rows that a release must follow. */
export const readRowsBefore = async (manifest: ReleaseManifest, store: World['store']): Promise<RowsBefore> => {
  const { model_name: modelName, deployment, model_package_arn: arn } = manifest;
  const [served, pointer, endpoint, held] = await Promise.all([
    store.get('served_versions', modelName),
    store.get('pointer', modelName),
    store.get('endpoint', endpointId(deployment.endpoint_name)),
    arn === undefined ? NO_PACKAGE : readHolders(arn, store),
  ]);
  return { served, pointer, endpoint, held };
};

/** And who owns the endpoint, which is looked for in SageMaker unless the model serves from it. */
export const withStranger = async (
  { model_name: modelName, deployment: { endpoint_name: endpointName } }: ReleaseManifest,
  rows: RowsBefore,
  { findEndpoint }: Pick<World, 'findEndpoint'>,
): Promise<Before> => {
  const { pointer, endpoint } = rows;
  const taken = { modelName, endpointName, pointer, endpoint };
  const found = servesFrom(pointer, endpointName) ? undefined : await findEndpoint(endpointName);
  return { ...rows, stranger: strangerProblem(taken, found) };
};

const NO_PACKAGE: HeldPackage = { row: undefined, holders: [] };

/** Refuses a release that cannot follow what its model has served so far, and names every field that is in the way. */
export const assertFollows = (manifest: ReleaseManifest, before: Before, policy: PolicyRecord): void => {
  const [first, ...others] = [
    ...versionFaults(manifest, before, policy),
    ...ownerFaults(manifest, before),
    ...endpointFaults(manifest, before),
    ...packageFaults(manifest, before),
  ];
  if (first === undefined) return;
  const violations = [first, ...others].map(({ field, problem }) => ({ field, problem }));
  throw new Refusal(first.code, first.message, violations);
};

type Fault = Violation & { readonly code: RefusalCode; readonly message: string };

/** A version identifies one model: it has not been in production, and none that is higher has. */
const versionFaults = (manifest: ReleaseManifest, { served }: Before, policy: PolicyRecord): Fault[] => {
  const { release_id: releaseId, model_version: modelVersion } = manifest;
  const field = 'model_version';
  const scheme = schemeOf(modelVersion);
  const { version_schemes: schemes = VersionScheme.options } = policy;
  if (!schemes.includes(scheme)) {
    const problem = `${modelVersion} is a ${scheme} version; the policy accepts ${schemes.join(', ')}`;
    return [{ code: 'ManifestInvalid', message: 'the manifest does not describe a release', field, problem }];
  }
  const problem = versionProblem(served, { releaseId, modelVersion });
  const message = `the version cannot be used for a new release: ${problem}`;
  return problem === undefined ? [] : [{ code: 'VersionTaken', message, field, problem }];
};

/** An endpoint belongs to one model; one that Assay did not make belongs to none. */
const ownerFaults = ({ model_name: modelName, deployment }: ReleaseManifest, before: Before): Fault[] => {
  const { endpoint_name: endpointName } = deployment;
  const problem = ownerProblem(before.endpoint, { endpointName, modelName }) ?? before.stranger;
  const message = `the release cannot be served from the endpoint that it names: ${problem}`;
  return problem === undefined ? [] : [{ code: 'EndpointTaken', message, field: 'deployment.endpoint_name', problem }];
};

/** A model serves from one endpoint. Another is not taken by a release, but by a move of what serves. */
const endpointFaults = ({ model_name: model, deployment }: ReleaseManifest, { pointer }: Before): Fault[] => {
  const problem = endpointProblem(pointer, deployment.endpoint_name);
  const message = `the release cannot go to another endpoint: ${problem}; assay endpoints move ${model} moves what serves`;
  return problem === undefined
    ? []
    : [{ code: 'EndpointMismatch', message, field: 'deployment.endpoint_name', problem }];
};

/** A package belongs to one release: its status in the registry can say what became of one. */
const packageFaults = (manifest: ReleaseManifest, { held }: Before): Fault[] => {
  const { model_package_arn: arn, release_id: releaseId } = manifest;
  const problem = arn === undefined ? undefined : holderProblem(arn, releaseId, held.holders);
  const message = `the release cannot have the model package that it names: ${problem}`;
  return problem === undefined ? [] : [{ code: 'PackageTaken', message, field: 'model_package_arn', problem }];
};
