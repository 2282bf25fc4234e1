import { cut } from '../cut.ts';
import type { Sha256 } from '../identifiers.ts';
import { holderProblem } from '../records/package-holder.ts';
import type { LockedCopy } from '../release/locked-copy.ts';
import type { Reason, Release } from '../release/release.ts';
import { packageDifferences, type ServedPackage } from './served-package.ts';

/** What was found just now of that which SageMaker would serve for a release. */
export type Found = {
  /** Undefined if the registry has it no more. */
  readonly modelPackage: ServedPackage | undefined;
  /** The ARN of all packages of this account and region, up to the group. */
  readonly packageHome: string;
  /** The objects whose keys have another newest version than the approved one: SageMaker names no version. */
  readonly overwritten: readonly string[];
  /** The objects whose newest version is not there, or may not be read: it may be the approved one. */
  readonly unread: readonly string[];
  /** The locked copies that are not there. */
  readonly missing: readonly string[];
};

/** Every reason why SageMaker would serve, or would be registered to serve, something else than people approved. */
export const departures = (release: Release, found: Found): Reason[] => [
  ...packageReasons(release, found.modelPackage, found.packageHome),
  ...found.overwritten.map((uri) => ({
    rule: 'artifact_version',
    evidence: uri,
    explanation: `the approved version of ${uri} was overwritten by another`,
  })),
  ...found.unread.map((uri) => ({
    rule: 'artifact_unread',
    evidence: uri,
    explanation: `the newest version of ${uri} is not there, or may not be read`,
  })),
  ...found.missing.map((uri) => ({
    rule: 'locked_copy',
    evidence: uri,
    explanation: `the locked copy ${uri} is not there, or may not be read`,
  })),
];

/** Why the copies of what the container loads besides the artifact are not what people approved; empty if they are. */
export const copyReasons = (found: readonly { readonly copy: LockedCopy; readonly sha256: Sha256 }[]): Reason[] =>
  found.flatMap(({ copy: { field, uri, sha256: approved }, sha256 }) =>
    field === 'model_data' || sha256 === approved
      ? []
      : [{ rule: field, evidence: uri, explanation: `${field} hashes to ${sha256}, but ${approved} was approved` }],
  );

/** Why the package of a release does not count; empty if it does. */
export const packageReasons = (release: Release, modelPackage: ServedPackage | undefined, home: string): Reason[] => {
  if (modelPackage === undefined) {
    return [{ rule: 'model_package', evidence: '', explanation: 'the model package is not in the registry any more' }];
  }
  const fields = packageDifferences(release, modelPackage, home);
  const evidence = modelPackage.ModelPackageArn;
  return fields.length === 0
    ? []
    : [{ rule: 'model_package', evidence, explanation: `the model package differs in ${fields.join(', ')}` }];
};

/** Why a release goes no further: its package was found changed, and was not the same again since. */
export const changedPackageReasons = ({
  packageDiffers: fields = [],
  modelPackageArn: evidence = '',
}: Release): Reason[] =>
  fields.length === 0
    ? []
    : [
        {
          rule: 'model_package',
          evidence,
          explanation: cut(`the model package was changed: ${fields.join(', ')}`, 1024),
        },
      ];

/** Why a release may not have a package: it belongs to another one that needs it. Empty if it may. */
export const holderReasons = (release: Release, arn: string, holders: readonly Release[]): Reason[] => {
  const problem = holderProblem(arn, release.releaseId, holders);
  return problem === undefined ? [] : [{ rule: 'model_package', evidence: arn, explanation: problem }];
};

/** The name of the configuration that was to be created is taken by something else. */
export const configurationReason = (problem: string): Reason => ({
  rule: 'endpoint_configuration',
  evidence: '',
  explanation: cut(problem, 1024),
});

/** Why a configuration that was served before may not be served again; empty if it is as it was approved. */
export const differenceReasons = (name: string, different: readonly string[] | undefined): Reason[] => {
  if (different === undefined) return [configurationReason(`${name} is not there any more`)];
  return different.length === 0 ? [] : [configurationReason(`${name} differs in ${different.join(', ')}`)];
};

/** Why the images that an endpoint runs are not the approved one, or not known to be; empty if they are. */
export const imageReasons = ({ serving }: Release, images: readonly string[]): Reason[] => {
  // Former versions bound an image by its tag, which nothing can be compared with.
  if (serving === undefined) return [];
  const approved = digestIn(serving.image);
  if (images.length > 0 && images.every((image) => digestIn(image) === approved)) return [];
  const found = images.length === 0 ? 'no image that SageMaker names' : images.join(', ');
  const explanation = cut(`the endpoint runs ${found}, but ${serving.image} was approved`, 1024);
  const isOther = images.some((image) => (digestIn(image) ?? approved) !== approved);
  return [{ rule: isOther ? 'image' : 'image_unknown', evidence: '', explanation }];
};

const digestIn = (image: string): string | undefined => image.split('@')[1];
