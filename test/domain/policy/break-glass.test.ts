import { describe, expect, it } from 'vitest';
import { BreakGlassPolicy, breakGlassChanges, breakGlassRule } from '../../../lib/domain/policy/break-glass.ts';

describe('what a policy says of break-glass (BG-1)', () => {
  it('is four hours, an hour to confirm and three days to document, by two operators, where it says nothing', () => {
    const rule = {
      ...{ openHours: 4, confirmMinutes: 60, documentDays: 3 },
      ...{ requestedBy: ['operator'], confirmedBy: ['operator'] },
    };
    expect(breakGlassRule({})).toEqual(rule);
    expect(breakGlassRule({ break_glass: {} })).toEqual(rule);
  });

  it('is what it says', () => {
    const written = {
      ...{ open_hours: 0, confirm_minutes: 5, document_days: 30 },
      ...{ requested_by: ['releaser'], confirmed_by: ['auditor', 'approver'] },
    };
    expect(BreakGlassPolicy.safeParse(written).success).toBe(true);
    expect(breakGlassRule({ break_glass: written })).toEqual({
      ...{ openHours: 0, confirmMinutes: 5, documentDays: 30 },
      ...{ requestedBy: ['releaser'], confirmedBy: ['auditor', 'approver'] },
    });
  });

  it.each([
    { open_hours: 25 },
    { confirm_minutes: 4 },
    { document_days: 31 },
    { confirmed_by: [] },
    { requested_by: ['boss'] },
    { x: 1 },
  ])('is bounded: %o', (written) => expect(BreakGlassPolicy.safeParse(written).success).toBe(false));

  it('is stricter where less is open, for less time, to fewer people', () => {
    const effects = (before: object, after: object) =>
      breakGlassChanges({ break_glass: before }, { break_glass: after }).map(
        ({ effect, about }) => `${effect} ${about}`,
      );
    const all = ['open_hours', 'confirm_minutes', 'document_days', 'requested_by', 'confirmed_by'];
    const strict = {
      ...{ open_hours: 1, confirm_minutes: 10, document_days: 1 },
      ...{ requested_by: ['operator'], confirmed_by: ['operator'] },
    };
    const loose = {
      ...{ open_hours: 24, confirm_minutes: 90, document_days: 9 },
      ...{ requested_by: ['operator', 'releaser'], confirmed_by: ['operator', 'auditor'] },
    };

    expect(effects(loose, strict)).toEqual(all.map((part) => `stricter break_glass, ${part}`));
    expect(effects(strict, loose)).toEqual(all.map((part) => `looser break_glass, ${part}`));
    expect(effects(strict, strict)).toEqual([]);
  });
});
