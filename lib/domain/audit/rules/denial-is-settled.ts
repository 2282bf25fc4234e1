import { reliedOn } from '../counted-approvals.ts';
import { isAnsweredBy } from '../denials.ts';
import type { Rule } from '../history.ts';

/**
 * Whoever denied the same bytes, or the same version of the model, approves this release, or its submitter answers the denial.
 * Where the policy asks for that very person, none who denied the same bytes is named as a maker, who approves nothing.
 */
export const denialIsSettled: Rule = (event, history, model) => {
  const relied = reliedOn(event, history, model);
  if (relied === undefined) return undefined;
  const { afterDenial, answer, makers } = history;
  const approvers = relied.approvals.map(({ approverId }) => approverId);
  const open = relied.denials.find((one) => !approvers.includes(one.decidedBy) && !isAnsweredBy(answer, one));
  if (open !== undefined) return `nobody answers the denial of ${open.releaseId} by ${open.decidedBy}`;
  const named = relied.denials.find(({ decidedBy, isOfContent }) => isOfContent && makers.has(decidedBy));
  return named === undefined || afterDenial !== 'same_person'
    ? undefined
    : `${named.decidedBy} denied the same bytes as ${named.releaseId}, and is named as a maker`;
};
