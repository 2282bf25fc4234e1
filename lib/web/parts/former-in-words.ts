/** What was decided before about the same content or version, in words for those who decide now. */
import { madeReadable } from '../../domain/readable.ts';
import { type FormerDecision, isDenial } from '../../domain/records/former-decision.ts';
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
    who: isDenial(one)
      ? `${oneLine(names.get(one.decidedBy) ?? one.decidedBy)} denied, as ${roleInSentence(one.role)},`
      : 'The gate rejected',
    what: one.isOfContent ? 'these very bytes' : 'this version, with other bytes',
    releaseId: one.releaseId,
    decidedAt: one.decidedAt,
    why: madeReadable(one.reason),
  })),
  more: Math.max(0, former.length - SHOWN_MAX),
});
