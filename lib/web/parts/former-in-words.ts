/** What was decided before about the same content or version, in words for those who decide now. */
import { namedDeniers } from '../../domain/approval/named-deniers.ts';
import { madeReadable } from '../../domain/readable.ts';
import { type FormerDecision, isChangeRequest, isDenial } from '../../domain/records/former-decision.ts';
import type { Release } from '../../domain/release/release.ts';
import { oneLine, roleInSentence } from './wording.ts';

/**
 * How many are shown of what this release answers, of denials, of what people asked to be changed, and of what the gate rejected.
 * Each has a bound of its own: a submitter who has the gate reject many pushes no word of a person out of sight.
 */
const KINDS: readonly { readonly most: number; readonly isOf: (one: FormerDecision) => boolean }[] = [
  { most: 1, isOf: ({ isAnswered }) => isAnswered === true },
  { most: 10, isOf: isDenial },
  { most: 10, isOf: isChangeRequest },
  { most: 5, isOf: () => true },
];

export type FormerInWords = {
  readonly who: string;
  readonly what: string;
  readonly releaseId: string;
  readonly decidedAt: FormerDecision['decidedAt'];
  readonly why: string;
};

export const formerInWords = (
  former: readonly FormerDecision[],
  names: ReadonlyMap<string, string>,
): { readonly shown: readonly FormerInWords[]; readonly more: number } => {
  const kinds = Map.groupBy(former, (one) => KINDS.find(({ isOf }) => isOf(one)));
  const shown = KINDS.flatMap((kind) => (kinds.get(kind) ?? []).slice(0, kind.most));
  return { shown: shown.map((one) => inWords(one, names)), more: former.length - shown.length };
};

const inWords = (one: FormerDecision, names: ReadonlyMap<string, string>): FormerInWords => ({
  who: whoEnded(one, names),
  what: whatEnded(one),
  releaseId: one.releaseId,
  decidedAt: one.decidedAt,
  why: madeReadable(one.reason),
});

const whoEnded = (one: FormerDecision, names: ReadonlyMap<string, string>): string => {
  const who = oneLine(names.get(one.decidedBy) ?? one.decidedBy);
  if (isDenial(one)) return `${who} denied, as ${roleInSentence(one.role)},`;
  return isChangeRequest(one) ? `${who} asked, as ${roleInSentence(one.role)}, for changes to` : 'The gate rejected';
};

const whatEnded = ({ isAnswered, isOfContent, modelVersion }: FormerDecision): string => {
  const version = oneLine(modelVersion);
  if (isAnswered === true) {
    return isOfContent
      ? `these very bytes, as version ${version}, and this release answers with the same bytes`
      : `version ${version}, and this release answers`;
  }
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
