/** What was decided before about the same content or version, in words for those who decide now. */
import { namedDeniers } from '../../domain/approval/named-deniers.ts';
import { madeReadable } from '../../domain/readable.ts';
import { type FormerDecision, isDenial } from '../../domain/records/former-decision.ts';
import { CHANGES_REQUESTED } from '../../domain/release/outcome.ts';
import type { Release } from '../../domain/release/release.ts';
import { oneLine, roleInSentence } from './wording.ts';

/** More than anybody reads. Denials come first, so what is left out is the oldest of the rest. */
const SHOWN_MAX = 10;

export type FormerInWords = {
  readonly isDenial: boolean;
  readonly who: string;
  readonly what: string;
  readonly releaseId: string;
  readonly decidedAt: FormerDecision['decidedAt'];
  readonly why: string;
};

export const formerInWords = (
  former: readonly FormerDecision[],
  names: ReadonlyMap<string, string>,
): { readonly shown: readonly FormerInWords[]; readonly more: number } => ({
  shown: former.slice(0, SHOWN_MAX).map((one) => ({
    isDenial: isDenial(one),
    who: whoEnded(one, names),
    what: whatEnded(one),
    releaseId: one.releaseId,
    decidedAt: one.decidedAt,
    why: madeReadable(one.reason),
  })),
  more: Math.max(0, former.length - SHOWN_MAX),
});

const whoEnded = (one: FormerDecision, names: ReadonlyMap<string, string>): string => {
  const who = oneLine(names.get(one.decidedBy) ?? one.decidedBy);
  if (isDenial(one)) return `${who} denied, as ${roleInSentence(one.role)},`;
  return one.outcome === CHANGES_REQUESTED
    ? `${who} asked, as ${roleInSentence(one.role)}, for changes to`
    : 'The gate rejected';
};

const whatEnded = ({ isAnswered, isOfContent, modelVersion }: FormerDecision): string => {
  if (isAnswered === true) return `version ${oneLine(modelVersion)}, and this release answers`;
  return isOfContent ? 'these very bytes' : 'this version, with other bytes';
};

/** How the requester answers what was decided before; empty if they do not. */
export const answersInWords = ({ manifest }: Pick<Release, 'manifest'>): string[] => {
  const { denial_answer: answer, answers, change_note: note } = manifest;
  return [answers === undefined ? undefined : note, answer].flatMap((said) => (said ? [madeReadable(said)] : []));
};

/** People who denied it and are not asked, because this release names them as its makers: only its submitter says so. */
export const namedInWords = (
  release: Release,
  former: readonly FormerDecision[],
  names: ReadonlyMap<string, string>,
): string[] => [
  ...new Set(
    namedDeniers(release, former).map(({ denial: { decidedBy }, fields }) => {
      const who = oneLine(names.get(decidedBy) ?? decidedBy);
      return `${who}, who denied it, is named as a maker of this release (${fields.join(', ')}), and is therefore not asked. That is what its submitter says: if it is not true, deny.`;
    }),
  ),
];
