import { describe, expect, it } from 'vitest';
import { readConditions } from '../../../lib/domain/approval/condition-answer.ts';
import type { ConditionDraft } from '../../../lib/domain/approval/decision-answer.ts';
import { aDirectory, at, NOW } from '../../support/approval-case.ts';

const directory = aDirectory([
  { id: 'ada', roles: ['ml_lead'], time_zone: 'Europe/Vienna' },
  { id: 'grace', roles: ['risk_owner'], logins: ['grace@laptop'] },
  { id: 'una', roles: ['risk_owner'] },
]);
const DRAFT: ConditionDraft = { text: 'Say who must not be scored.', owner: 'grace', due: '2026-12-14' };
const EMPTY: ConditionDraft = { text: ' ', owner: '', due: '' };

const read = (
  conditions: readonly ConditionDraft[] | undefined,
  {
    decision = 'approve',
    approverId = 'ada',
    now = NOW,
    policy = { approval_expiry_days: 400 },
  }: Partial<Parameters<typeof readConditions>[0]> & {
    decision?: 'approve' | 'deny' | 'request_changes';
  } = {},
) => readConditions({ answer: { decision, ...(conditions && { conditions }) }, directory, policy, approverId, now });
const problemsOf = (conditions: readonly ConditionDraft[], more = {}) =>
  read(conditions, more).violations.map(({ field, problem }) => `${field} ${problem}`);

describe('the conditions of an approval (AP-8)', () => {
  it('are what, who and until when: the last minute of a day where the approver is', () => {
    expect(read([DRAFT]).conditions).toEqual([
      { text: DRAFT.text, owner_id: 'grace', due_at: '2026-12-14T22:59:00.000Z' },
    ]);
    expect(read([DRAFT], { approverId: 'una' }).conditions).toMatchObject([{ due_at: '2026-12-14T23:59:00.000Z' }]);
  });

  it.each([
    // The last day of summer time has 25 hours, the first one 23: neither moves its last minute.
    ['2027-03-28', '2027-03-28T21:59:00.000Z'],
    ['2026-10-25', '2026-10-25T22:59:00.000Z'],
  ])('end with the day %s, whatever the clocks do on it', (due, due_at) => {
    expect(read([{ ...DRAFT, due }], { now: at('2026-10-01T00:00:00.000Z') }).conditions).toMatchObject([{ due_at }]);
  });

  it('are none where nothing is filled in, and where a door asks for none', () => {
    const none = { conditions: [], violations: [] };

    expect(read([EMPTY, EMPTY])).toEqual(none);
    expect(read(undefined)).toEqual(none);
    expect(read([EMPTY], { decision: 'deny' })).toEqual(none);
  });

  it('name their owner by id or login, with their text as it is stored', () => {
    const { conditions } = read([EMPTY, { ...DRAFT, owner: ' grace@laptop ', text: ' a\r\nb ' }]);

    expect(conditions).toMatchObject([{ owner_id: 'grace', text: 'a\nb' }]);
  });

  it.each<[Partial<ConditionDraft>, string]>([
    [{ text: '' }, 'text is empty: say what has to be done'],
    [{ text: '\u200b' }, 'text is empty: say what has to be done'],
    [{ text: 'a\u202eb' }, 'text has a character that is not seen, U+202E: type it again'],
    [{ text: 'x'.repeat(201) }, 'text has 201 characters; the limit is 200'],
    [{ owner: '' }, 'owner is nobody in the directory'],
    [{ owner: 'eve' }, 'owner is nobody in the directory'],
    [{ owner: 'pipeline' }, 'owner is nobody in the directory'],
    [{ due: '' }, 'due is no date'],
    [{ due: '14.12.2026' }, 'due is no date'],
    [{ due: '2026-02-30' }, 'due is no date'],
    [{ due: '0000-01-01' }, 'due is not in the future'],
    [{ due: '2026-11-20' }, 'due is not in the future'],
    [{ due: '2027-11-23' }, 'due is more than 366 days away'],
    [{ due: '9999-12-31' }, 'due is more than 366 days away'],
  ])('are refused with the field at fault: %j', (changes, problem) => {
    const problems = problemsOf([EMPTY, { ...DRAFT, ...changes }]);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`conditions.2.${problem}`);
  });

  it('may end today until that day is over, and no later than in a year and a day', () => {
    expect(read([{ ...DRAFT, due: '2026-11-21' }]).violations).toEqual([]);
    expect(problemsOf([{ ...DRAFT, due: '2026-11-21' }], { now: at('2026-11-21T22:59:00.000Z') })).toEqual([
      'conditions.1.due is not in the future',
    ]);
    expect(read([{ ...DRAFT, due: '2027-11-22' }]).violations).toEqual([]);
  });

  it('are due before the approval has expired: later they would suspend nothing', () => {
    const policy = { approval_expiry_days: 90 };
    const due = (day: string) => problemsOf([{ ...DRAFT, due: day }], { policy });

    expect(due('2027-02-18')).toEqual([]);
    expect(due('2027-02-19')).toEqual(['conditions.1.due comes after the approval has expired, 90 days from now']);
    expect(due('2027-02-20')).toEqual(['conditions.1.due is more than 90 days away']);
  });

  it('name every field at fault, of each of them', () => {
    expect(
      problemsOf([
        { text: 'x', owner: '', due: '' },
        { ...DRAFT, text: '' },
      ]),
    ).toHaveLength(3);
  });

  it('are three at most, and go with no other decision', () => {
    expect(problemsOf([DRAFT, DRAFT, DRAFT, DRAFT])).toEqual(['conditions has 4 entries; the limit is 3']);
    expect(problemsOf([EMPTY, DRAFT], { decision: 'deny' })).toEqual([
      'conditions.2.text goes with an approval only: clear it, or approve',
    ]);
  });
});
