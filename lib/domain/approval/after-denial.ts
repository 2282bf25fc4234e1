import type { PersonId } from '../identifiers.ts';
import { afterDenialRule } from '../policy/after-denial-rule.ts';
import { type DirectoryRecord, findPerson } from '../policy/directory-record.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import { Refusal } from '../refusal.ts';
import type { Makers } from '../release/makers.ts';
import type { Release } from '../release/release.ts';
import { assertNoDenierIsNamed, barringDeniers, type NamedDenier } from './named-deniers.ts';
import { separationReasons } from './separation-of-duties.ts';

type Facts = {
  readonly release: Makers & Pick<Release, 'riskTier' | 'tierOverride' | 'manifest'>;
  readonly policy: PolicyRecord;
  readonly directory: DirectoryRecord;
  readonly former: readonly FormerDecision[];
};

export type AfterDenial = {
  /** The people without whose approval the release is not approved: they denied it before. */
  readonly mustDecide: readonly PersonId[];
  /** The denials that the submitter has to answer in writing. */
  readonly mustAnswer: readonly FormerDecision[];
  /** The deniers of these very bytes who would have to approve, and are named as makers: nothing makes up for that. */
  readonly barring: readonly NamedDenier[];
};

/**
 * Establishes what the policy asks for after former denials. Where a person must decide again who cannot, because they left
 * the directory, hold no role that is asked for, or made the other bytes of this version, their denial must be answered in writing
 * instead: it is neither forgotten, nor does it bar the content for ever.
 */
export const afterDenial = ({ release, policy, directory, former }: Facts): AfterDenial => {
  const denials = former.filter(isDenial);
  const rule = afterDenialRule(policy, release);
  if (rule === 'shown') return { mustDecide: [], mustAnswer: [], barring: [] };
  if (rule === 'answer') return { mustDecide: [], mustAnswer: denials, barring: [] };
  const roles = requiredRoles(policy, release);
  const able = (id: string): PersonId | undefined => {
    const person = findPerson(directory, id);
    const holdsRole = person?.roles.some((role) => roles.includes(role)) === true;
    return holdsRole && separationReasons(release, id).length === 0 ? person.id : undefined;
  };
  return {
    mustDecide: [...new Set(denials.flatMap(({ decidedBy }) => able(decidedBy) ?? []))],
    mustAnswer: denials.filter(({ decidedBy }) => able(decidedBy) === undefined),
    barring: barringDeniers({ release, policy, former }),
  };
};

/**
 * Refuses a release at once that does not answer a denial that it must answer, and repeats each; one that names a person as
 * its maker without whose approval it cannot pass; and one that answers a denial where there is none.
 */
export const assertAnswered = (facts: Facts): void => {
  const { former, release } = facts;
  assertNoDenierIsNamed(facts);
  const { mustAnswer } = afterDenial(facts);
  const answer = release.manifest.denial_answer;
  if (answer !== undefined && !former.some(isDenial)) {
    const problem = 'answers a denial, but nobody has denied this content or this version: leave it out';
    throw new Refusal('ManifestInvalid', 'the manifest answers what nobody has said', [
      { field: 'denial_answer', problem },
    ]);
  }
  if (mustAnswer.length === 0 || answer !== undefined) return;
  throw new Refusal(
    'DenialUnanswered',
    'its content or its version was denied before: say in denial_answer what has changed, or why it may go to production all the same',
    mustAnswer.map((denial) => ({ field: 'denial_answer', problem: `does not answer ${denialInWords(denial)}` })),
  );
};

const denialInWords = ({ decidedBy, role, releaseId, decidedAt, reason }: FormerDecision): string =>
  `${decidedBy}, who denied ${releaseId} as ${role} at ${decidedAt}: ${reason}`;

type Answering = Pick<Release, 'manifest' | 'answeredDenials' | 'createdAt'>;

/**
 * Whether the submitter has answered a denial: an answer is about the denials that were on record when it was given, and about
 * no later one. A former version did not note which those were: there the instants tell.
 */
export const isAnswered = ({ manifest, answeredDenials, createdAt }: Answering, denial: FormerDecision): boolean => {
  if (manifest.denial_answer === undefined) return false;
  if (answeredDenials === undefined) return denial.decidedAt < createdAt;
  return answeredDenials.includes(denial.releaseId);
};

/**
 * Who has denied this content or version, and has not approved it since, though nobody has answered it: what a gate that
 * knows no directory can tell.
 */
export const unansweredDenials = (
  { release, policy, former }: Omit<Facts, 'directory' | 'release'> & { readonly release: Release },
  approvers: readonly string[],
): readonly FormerDecision[] =>
  afterDenialRule(policy, release) === 'shown'
    ? []
    : former.filter((one) => isDenial(one) && !approvers.includes(one.decidedBy) && !isAnswered(release, one));
