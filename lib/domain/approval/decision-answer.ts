import type { PolicyRecord, TierInPolicy } from '../policy/policy-record.ts';
import { isBlank, unreadableIn } from '../readable.ts';
import type { Decision } from '../records/approval.ts';
import type { Violation } from '../refusal.ts';

/** What an approval is to be given on condition of. All of it is attacker-controlled text. */
export type ConditionDraft = {
  readonly text: string;
  /** A person, by directory id or login. */
  readonly owner: string;
  /** A day, `yyyy-mm-dd`, where the approver is. */
  readonly due: string;
};

/** What a person filled in. All of it is attacker-controlled text. */
export type DecisionAnswer = {
  readonly decision: Decision;
  /** Answers by item id; unanswered items are absent. */
  readonly checklist: ReadonlyMap<string, 'yes' | 'no'>;
  readonly typedConfirmation: string;
  readonly comment: string;
  /** Absent from doors that ask for none. */
  readonly conditions?: readonly ConditionDraft[];
};

export const COMMENT_MAX_CHARACTERS = 2000;

/** What a signature under a denial means. The policy says what one under an approval means. */
const DENIAL_MEANING = 'I have reviewed the evidence and do not approve the release of this model to production.';

/** What one under a request for changes means. */
const CHANGES_MEANING =
  'I have reviewed the evidence and ask for the changes that I name before this model is released to production.';

type Policy = Pick<PolicyRecord, 'approval_meaning'>;

/** What a signature under each decision means, in the words that are shown and stored. */
export const meaningOf = (decision: Decision, { approval_meaning: approval }: Policy): string =>
  ({ approve: approval, deny: DENIAL_MEANING, request_changes: CHANGES_MEANING })[decision];

/** What a person did to a release, by the word that is stored. */
export const decisionVerb = (decision: string): string =>
  decision === 'approve' ? 'approved' : decision === 'deny' ? 'denied' : 'asked for changes to';

/** The comment as it is stored: trimmed, well-formed, with `\n` for line breaks; empty if nobody can see it. */
export const cleanComment = (comment: string): string => {
  const cleaned = comment.toWellFormed().replaceAll('\r\n', '\n').trim();
  return isBlank(cleaned) ? '' : cleaned;
};

/**
 * Establishes everything that keeps an answer from being a decision. Every item must be answered (with yes, to
 * approve), the model version typed by hand, and a denial explained in a comment, or the changes named in it; a form submitted as it was served has
 * none of these. Violations do not repeat what was typed, because they go into the audit event.
 */
export const incompleteness = (
  answer: DecisionAnswer,
  checklist: TierInPolicy['checklist'],
  modelVersion: string,
): Violation[] => {
  const violations = checklist.flatMap(({ id }) => itemViolations(id, answer));
  const ids = new Set(checklist.map(({ id }) => id));
  const unknown = [...answer.checklist.keys()].filter((id) => !ids.has(id)).length;
  if (unknown > 0)
    violations.push({ field: 'checklist', problem: `answers ${unknown} that are not items of this checklist` });
  if (answer.typedConfirmation !== modelVersion) {
    violations.push({ field: 'confirmation', problem: `is not exactly ${modelVersion}` });
  }
  const comment = cleanComment(answer.comment);
  if (answer.decision !== 'approve' && comment === '') {
    const what = answer.decision === 'deny' ? 'why you deny the release' : 'which changes you ask for';
    violations.push({ field: 'comment', problem: `is empty: say ${what}` });
  }
  const unreadable = unreadableIn(comment);
  if (unreadable !== undefined) violations.push({ field: 'comment', problem: `${unreadable}: type it again` });
  if (comment.length > COMMENT_MAX_CHARACTERS) {
    violations.push({
      field: 'comment',
      problem: `has ${comment.length} characters; the limit is ${COMMENT_MAX_CHARACTERS}`,
    });
  }
  return violations;
};

const itemViolations = (id: string, { checklist, decision }: DecisionAnswer): Violation[] => {
  const answered = checklist.get(id);
  if (answered === undefined) return [{ field: `checklist.${id}`, problem: 'is not answered' }];
  if (decision === 'approve' && answered === 'no') {
    return [{ field: `checklist.${id}`, problem: 'is answered no: approval needs yes to every item' }];
  }
  return [];
};
