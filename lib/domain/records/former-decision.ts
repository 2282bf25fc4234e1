/** What was decided against a release, where the next one of its content or its version finds it. */
import * as z from 'zod';
import { Instant, ModelName, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { canonicalVersion, schemeOf } from '../release/model-version.ts';
import { CHANGES_REQUESTED } from '../release/outcome.ts';
import type { Release } from '../release/release.ts';
import { stored, Word } from '../stored.ts';

const decided = {
  version: z.int().min(0),
  releaseId: ReleaseId,
  modelName: ModelName,
  modelVersion: z.string(),
  /** `denied` by a person, `changes_requested` by one, or `rejected` by the gate. */
  outcome: Word,
  decidedBy: z.string().min(1),
  role: z.string(),
  reason: z.string().max(2000),
  decidedAt: Instant,
};

/** Found by the bytes of the artifact. */
export const DecidedContent = stored({ entity: z.literal('decided_content'), artifactSha256: Sha256, ...decided });
export type DecidedContent = z.infer<typeof DecidedContent>;
export const decidedContentKind = defineKind(DecidedContent, {
  partition: 'DECIDED_CONTENT',
  of: ['artifactSha256'],
  sort: 'RELEASE',
  by: ['releaseId'],
});

/**
 * Found by model and version. `modelVersion` is the canonical spelling, so that no other spelling of an equal version misses
 * it. Where an earlier version of Assay wrote the row, it is as the release spelt it.
 */
export const DecidedVersion = stored({
  entity: z.literal('decided_version'),
  ...decided,
  /** As the release spells its version, if that is another text. */
  spelling: z.string().optional(),
});
export type DecidedVersion = z.infer<typeof DecidedVersion>;
export const decidedVersionKind = defineKind(DecidedVersion, {
  partition: 'DECIDED_VERSION',
  of: ['modelName', 'modelVersion'],
  sort: 'RELEASE',
  by: ['releaseId'],
});

type Against = Pick<DecidedVersion, 'outcome' | 'decidedBy' | 'role' | 'reason' | 'decidedAt'>;

/** The rows of a decision that ends a release. A release ends once, so each is created once, with the decision itself. */
export const decidedAgainst = (release: Release, against: Against) => {
  const { releaseId, modelName, modelVersion, pinned } = release;
  const said = { version: 0, releaseId, modelName, modelVersion, ...against };
  return [
    { kind: 'create' as const, entity: decidedVersion(said) },
    // What was not hashed yet is only claimed: nobody can lay a denial at the door of other bytes.
    ...(pinned === undefined
      ? []
      : [
          {
            kind: 'create' as const,
            entity: { entity: 'decided_content' as const, artifactSha256: pinned.artifactSha256, ...said },
          },
        ]),
  ];
};

const decidedVersion = (said: Omit<DecidedVersion, 'entity'>): DecidedVersion => {
  const modelVersion = canonicalVersion(said.modelVersion);
  const spelling = modelVersion === said.modelVersion ? {} : { spelling: said.modelVersion };
  return { entity: 'decided_version', ...said, modelVersion, ...spelling };
};

/** The versions under which what was decided about a version may lie: rows of earlier versions, as releases spelt theirs. */
export const spellingsOf = (modelVersion: string): string[] => {
  const canonical = canonicalVersion(modelVersion);
  return [...new Set([canonical, modelVersion, ...(schemeOf(canonical) === 'date' ? [`${canonical}.0`] : [])])];
};

export type FormerDecision = Omit<DecidedVersion, 'entity' | 'version' | 'spelling'> & {
  /** Whether it was about the very same bytes; otherwise it was about the same version of the model. */
  readonly isOfContent: boolean;
  /** Whether the release that is looked at answers it, which may be another version. */
  readonly isAnswered?: true;
};

export const isDenial = ({ outcome }: Pick<FormerDecision, 'outcome'>): boolean => outcome === 'denied';

export const isChangeRequest = ({ outcome }: Pick<FormerDecision, 'outcome'>): boolean => outcome === CHANGES_REQUESTED;

/** Whether a person decided against it. All else the gate said, and a submitter has as much of that as they like. */
export const isByPerson = (one: Pick<FormerDecision, 'outcome'>): boolean => isDenial(one) || isChangeRequest(one);
