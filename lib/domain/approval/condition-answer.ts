import * as z from 'zod';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import { type DirectoryRecord, findPerson } from '../policy/directory-record.ts';
import { findByName } from '../policy/identities.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { unreadableIn } from '../readable.ts';
import { CONDITION_MAX_CHARACTERS, type Condition } from '../records/condition.ts';
import type { Violation } from '../refusal.ts';
import { type ConditionDraft, cleanComment, type DecisionAnswer } from './decision-answer.ts';
import { spanOfDays } from './spans.ts';

/** With their texts, as many as an audit event has room for beside everything else of a decision. */
export const CONDITIONS_MAX = 3;
/** A day that is further away is nobody's plan. */
const DAYS_MAX = 366;

type Expiring = Pick<PolicyRecord, 'approval_expiry_days'>;

/** How many days a condition may have: an approval is not given on one that comes after its own end, and so suspends nothing. */
export const conditionDays = ({ approval_expiry_days: days }: Expiring): number => Math.min(DAYS_MAX, days);

type Asked = {
  readonly answer: Pick<DecisionAnswer, 'decision' | 'conditions'>;
  readonly directory: DirectoryRecord;
  readonly policy: Expiring;
  /** Whose approval it is. Days are those of this person's time zone. */
  readonly approverId: string;
  readonly now: Instant;
};

type Read = { readonly conditions: readonly Condition[]; readonly violations: readonly Violation[] };

/**
 * Establishes what an approval is given on condition of, or every field that keeps it from being that: what, a person of
 * the directory, and a day to come. One of which nothing is filled in is none. Conditions go with an approval alone.
 */
export const readConditions = (asked: Asked): Read => {
  const { decision, conditions: drafts = [] } = asked.answer;
  const filled = drafts.flatMap((draft, index) =>
    Object.values(draft).every((value) => value.trim() === '') ? [] : [{ draft, field: `conditions.${index + 1}` }],
  );
  if (decision !== 'approve') {
    const problem = 'goes with an approval only: clear it, or approve';
    return { conditions: [], violations: filled.map(({ field }) => ({ field: `${field}.text`, problem })) };
  }
  if (filled.length > CONDITIONS_MAX) {
    const problem = `has ${filled.length} entries; the limit is ${CONDITIONS_MAX}`;
    return { conditions: [], violations: [{ field: 'conditions', problem }] };
  }
  const read = filled.map(({ draft, field }) => readOne(draft, field, asked));
  return {
    conditions: read.flatMap(({ conditions }) => conditions),
    violations: read.flatMap(({ violations }) => violations),
  };
};

const readOne = (draft: ConditionDraft, field: string, asked: Asked): Read => {
  const text = cleanComment(draft.text);
  const owner = ownerOf(draft.owner.trim(), asked);
  const due = dueOf(draft.due.trim(), asked);
  const violations = [
    ...textProblems(text).map((problem) => ({ field: `${field}.text`, problem })),
    ...('problem' in owner ? [{ field: `${field}.owner`, ...owner }] : []),
    ...('problem' in due ? [{ field: `${field}.due`, ...due }] : []),
  ];
  const isWhole = violations.length === 0 && 'owner_id' in owner && 'due_at' in due;
  return { conditions: isWhole ? [{ text, ...owner, ...due }] : [], violations };
};

type Problem = { readonly problem: string };

const textProblems = (text: string): string[] => {
  if (text === '') return ['is empty: say what has to be done'];
  const unreadable = unreadableIn(text);
  if (unreadable !== undefined) return [`${unreadable}: type it again`];
  return text.length > CONDITION_MAX_CHARACTERS
    ? [`has ${text.length} characters; the limit is ${CONDITION_MAX_CHARACTERS}`]
    : [];
};

const ownerOf = (name: string, { directory }: Asked): Pick<Condition, 'owner_id'> | Problem => {
  const found = findByName(directory, name);
  return found?.isPerson === true
    ? { owner_id: found.id }
    : { problem: 'is nobody in the directory: give the directory id or the login of a person' };
};

const MINUTE_MS = 60_000;

/** The last minute of a day where the approver is: midnight would show as the next day. */
const dueOf = (day: string, { directory, policy, approverId, now }: Asked): Pick<Condition, 'due_at'> | Problem => {
  if (!z.iso.date().safeParse(day).success) return { problem: 'is no date: give a day as yyyy-mm-dd' };
  const dayIn = (days: number) => plusMilliseconds(now, days * DAY_MS).slice(0, 'yyyy-mm-dd'.length);
  const days = conditionDays(policy);
  if (day > dayIn(days)) return { problem: `is more than ${days} days away` };
  // Nowhere is it more than a day earlier than in UTC: of what is long past no zone has to be asked.
  if (day < dayIn(-1)) return PAST;
  const { until } = spanOfDays({ first_day: day, last_day: day }, findPerson(directory, approverId)?.time_zone);
  const due_at = plusMilliseconds(now, until - MINUTE_MS - millisecondsOf(now));
  if (due_at <= now) return PAST;
  const end = plusMilliseconds(now, policy.approval_expiry_days * DAY_MS);
  return due_at < end ? { due_at } : { problem: `comes after the approval has expired, ${days} days from now` };
};

const PAST: Problem = { problem: 'is not in the future' };
