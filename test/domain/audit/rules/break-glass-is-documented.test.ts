import { describe, expect, it } from 'vitest';
import { brokenGlassIn } from '../../../../lib/domain/audit/break-glass.ts';
import { breakGlassIsDocumented } from '../../../../lib/domain/audit/rules/break-glass-is-documented.ts';
import type { AuditEvent } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import {
  approved,
  asked,
  confirmed,
  documented,
  hours,
  promoted,
  requested,
  STORY,
  started,
  use,
  used,
} from './break-glass-events.ts';
import { describeRule } from './describe-rule.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const passed = (...then: Parameters<typeof describeRule>[1]['keptBy'][0][1]) => [
  ...[...approved, asked, confirmed, requested, use(LONG_AGO)],
  ...then,
];
const renewed = aDraft({ event_type: 'governance_auto_renewed', approval_state: 'production' });
const why = `the break-glass for credit-1 had to be documented by ${LONG_AGO}`;

describe('a promotion while a break-glass is owed (BG-1)', () => {
  describeRule(breakGlassIsDocumented, {
    keptBy: [
      ['one in time', [...approved, asked, confirmed, requested, used, started, ...promoted]],
      [
        'one after it was documented',
        [...approved, asked, confirmed, requested, use(STORY), documented, started, ...promoted],
      ],
    ],
    brokenBy: [
      ['one too late', passed(started), why],
      ['a flip that is too late', passed(...promoted), why],
      ['a renewal of what serves by it', passed(renewed), why],
      ['a second use, which puts nothing off', passed(use(hours(72)), started), why],
    ],
  });

  it('leaves the renewal of another release alone', () => {
    const glass = { ...brokenGlassIn(asked as AuditEvent), usedAttempt: 2, documentBy: LONG_AGO };
    const judge = (releaseId: string) =>
      breakGlassIsDocumented(
        { ...renewed, release_id: releaseId, timestamp: STORY } as AuditEvent,
        {} as never,
        { breakGlass: glass } as never,
      );

    expect(judge('credit-2')).toBeUndefined();
    expect(judge(glass.releaseId)).toBe(why);
  });
});
