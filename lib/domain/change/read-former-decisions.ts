import type { Sha256 } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import {
  type DecidedVersion,
  type FormerDecision,
  isByPerson,
  isDenial,
  spellingsOf,
} from '../records/former-decision.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import { CHANGES_REQUESTED } from '../release/outcome.ts';
import type { Release } from '../release/release.ts';
import type { ReleaseStore } from './release-store.ts';

type About = Pick<Release, 'releaseId' | 'modelName' | 'modelVersion'> & { readonly artifactSha256: Sha256 };

/**
 * What was decided against other releases of this content, or of this version of the model: denials first, then what people
 * asked to be changed, then what the gate rejected, each the latest first. Reads by key alone; no release is looked for.
 */
export const readFormerDecisions = async (
  store: Pick<ReleaseStore, 'list'>,
  { releaseId, modelName, modelVersion, artifactSha256 }: About,
): Promise<FormerDecision[]> => {
  const [ofContent, ofVersion] = await Promise.all([
    store.list('decided_content', artifactSha256),
    readOfVersion(store, modelName, modelVersion),
  ]);
  const found = new Map([
    ...ofVersion.map((one) => [one.releaseId, formerDecision(one, false)] as const),
    ...ofContent.map((one) => [one.releaseId, formerDecision(one, true)] as const),
  ]);
  found.delete(releaseId);
  return [...found.values()].sort(
    (a, b) => weightOf(b) - weightOf(a) || millisecondsOf(b.decidedAt) - millisecondsOf(a.decidedAt),
  );
};

const weightOf = (one: FormerDecision): number => Number(isDenial(one)) + Number(isByPerson(one));

const readOfVersion = async (
  store: Pick<ReleaseStore, 'list'>,
  modelName: string,
  modelVersion: string,
): Promise<DecidedVersion[]> =>
  (
    await Promise.all(spellingsOf(modelVersion).map((spelling) => store.list('decided_version', modelName, spelling)))
  ).flat();

const formerDecision = (one: Omit<DecidedVersion, 'entity'>, isOfContent: boolean): FormerDecision => {
  const { releaseId, modelName, spelling, modelVersion, outcome, decidedBy, role, reason, decidedAt } = one;
  const said = { releaseId, modelName, modelVersion: spelling ?? modelVersion };
  return { ...said, outcome, decidedBy, role, reason, decidedAt, isOfContent };
};

/** The same, about a stored release: by the bytes that were hashed, or else by those that it claims. */
export const readFormerDecisionsOf = (store: Pick<ReleaseStore, 'list'>, release: Release): Promise<FormerDecision[]> =>
  readFormerDecisions(store, {
    ...release,
    artifactSha256: release.pinned?.artifactSha256 ?? release.manifest.artifact_sha256,
  });

/** How the release itself ended, by a denial or by the gate; undefined if it did not. No act takes that back. */
export const readOwnEnd = async (
  store: Pick<ReleaseStore, 'get'>,
  { releaseId, modelName, modelVersion }: Release,
): Promise<FormerDecision | undefined> => {
  const found = await Promise.all(
    spellingsOf(modelVersion).map((spelling) => store.get('decided_version', modelName, spelling, releaseId)),
  );
  const own = found.find((one) => one !== undefined);
  return own && formerDecision(own, true);
};

/** Whether it was about the same bytes is for those to say who look for these bytes. */
export type Answered = Omit<FormerDecision, 'isOfContent'> & { readonly isAnswered: true };

type Answering = { readonly manifest: Pick<ManifestRecord, 'answers'> };

/** What people asked to be changed in the release that this one answers; undefined if it answers none. */
export const readAnswered = async (
  store: Pick<ReleaseStore, 'get'>,
  { manifest: { answers } }: Answering,
): Promise<Answered | undefined> => {
  const answered = answers === undefined ? undefined : await store.get('release', answers);
  const end = answered && (await readOwnEnd(store, answered));
  return end?.outcome === CHANGES_REQUESTED ? { ...end, isAnswered: true } : undefined;
};

/** What people are shown before they decide: on top what this release answers, then what was decided before. */
export const withAnswered = async (
  store: Pick<ReleaseStore, 'get'>,
  release: Answering,
  former: readonly FormerDecision[],
): Promise<FormerDecision[]> => answeredFirst(await readAnswered(store, release), former);

/** The same, where it was read already what the release answers. */
export const answeredFirst = (answered: Answered | undefined, former: readonly FormerDecision[]): FormerDecision[] => {
  if (answered === undefined) return [...former];
  const isSame = ({ releaseId }: FormerDecision) => releaseId === answered.releaseId;
  const isOfContent = former.some((one) => isSame(one) && one.isOfContent);
  return [{ ...answered, isOfContent }, ...former.filter((one) => !isSame(one))];
};
