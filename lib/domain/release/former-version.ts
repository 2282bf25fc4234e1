import { Refusal } from '../refusal.ts';
import type { Reason, Release } from './release.ts';

const RULE = 'judged_by_former_version';
const EXPLANATION =
  'a former version of Assay took this release in, and did not write down what it would serve: submit it again under a new release_id';

/**
 * Why a release goes no further if a former version of Assay took it in: the people who approve it would approve an
 * artifact, and no image, environment or endpoint. What serves already stays, and can be rolled back to.
 */
export const formerVersionReasons = ({ releaseId, serving }: Pick<Release, 'releaseId' | 'serving'>): Reason[] =>
  serving === undefined ? [{ rule: RULE, evidence: releaseId, explanation: EXPLANATION }] : [];

/** Whether a release waits for approval or promotion, and gets neither, because a former version took it in. */
export const waitsInVain = ({ serving, state }: Release): boolean =>
  serving === undefined && (state === 'draft' || state === 'validated' || state === 'approved');

const isOfRule = ({ rule }: Reason): boolean => rule === RULE;

/** Refuses every decision about a release that waits, or has waited, in vain. */
export const assertOfThisVersion = (release: Release): void => {
  // A custom check may have the name of the rule. What it judged was specified.
  const isRejected = release.state === 'rejected' && release.serving === undefined && release.reasons.some(isOfRule);
  if (!isRejected && !(release.state === 'validated' && waitsInVain(release))) return;
  throw new Refusal('JudgedByFormerVersion', EXPLANATION, [{ field: 'release', problem: EXPLANATION }]);
};
