/** What a policy says of break-glass: who may ask for one and confirm it, for how long it opens, and by when it is documented. */
import * as z from 'zod';
import type { PolicyRecord } from './policy-record.ts';
import { acceptedChange, numberChange, type PolicyChange } from './value-change.ts';

const optional = z.exactOptional;
/** Groups of a token, as the API knows them. */
const Who = z.array(z.enum(['operator', 'auditor', 'approver', 'releaser'])).min(1);

/** No policy lets it be open for longer than a day: what takes longer is a matter for the policy itself. */
export const OPEN_HOURS_MAX = 24;
/** Nor lets what was done be documented later than within a month. */
export const DOCUMENT_DAYS_MAX = 30;

export const BreakGlassPolicy = z.strictObject({
  open_hours: optional(z.int().min(0).max(OPEN_HOURS_MAX)).describe(
    'For how many hours it is open once it is confirmed, at most a day; 0: there is no break-glass. 4 if omitted.',
  ),
  confirm_minutes: optional(z.int().min(5).max(1440)).describe(
    'Within how many minutes the second person has to confirm it. 60 if omitted.',
  ),
  document_days: optional(z.int().min(1).max(DOCUMENT_DAYS_MAX)).describe(
    'Within how many days of its first use it has to be documented. 3 if omitted.',
  ),
  requested_by: optional(Who).describe('Who may ask for it, by the roles of the API. Operators if omitted.'),
  confirmed_by: optional(Who).describe('Who may confirm it, by the roles of the API. Operators if omitted.'),
});

export type BreakGlassRule = {
  readonly openHours: number;
  readonly confirmMinutes: number;
  readonly documentDays: number;
  readonly requestedBy: readonly string[];
  readonly confirmedBy: readonly string[];
};

type Written = Pick<PolicyRecord, 'break_glass'>;

export const breakGlassRule = ({ break_glass: written = {} }: Written): BreakGlassRule => ({
  openHours: written.open_hours ?? 4,
  confirmMinutes: written.confirm_minutes ?? 60,
  documentDays: written.document_days ?? 3,
  requestedBy: written.requested_by ?? ['operator'],
  confirmedBy: written.confirmed_by ?? ['operator'],
});

/** What is open for less time, and to fewer people, is stricter. */
export const breakGlassChanges = (before: Written, after: Written): PolicyChange[] => {
  const [was, is] = [breakGlassRule(before), breakGlassRule(after)];
  return [
    ...numberChange('break_glass, open_hours', was.openHours, is.openHours, 'lower'),
    ...numberChange('break_glass, confirm_minutes', was.confirmMinutes, is.confirmMinutes, 'lower'),
    ...numberChange('break_glass, document_days', was.documentDays, is.documentDays, 'lower'),
    ...acceptedChange('break_glass, requested_by', was.requestedBy, is.requestedBy),
    ...acceptedChange('break_glass, confirmed_by', was.confirmedBy, is.confirmedBy),
  ];
};
