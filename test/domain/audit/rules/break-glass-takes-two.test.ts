import { describe } from 'vitest';
import { assayActsItself } from '../../../../lib/domain/audit/rules/assay-acts-itself.ts';
import { breakGlassTakesTwo } from '../../../../lib/domain/audit/rules/break-glass-takes-two.ts';
import { lineIsKept } from '../../../../lib/domain/audit/rules/line-is-kept.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import {
  approved,
  asked,
  confirm,
  confirmed,
  documented,
  ended,
  going,
  hours,
  ofOther,
  order,
  promoted,
  refused,
  requested,
  STORY,
  saying,
  second,
  started,
  use,
  used,
} from './break-glass-events.ts';
import { describeRule, story } from './describe-rule.ts';
import { aLineEvent } from './line-events.ts';

const stop = aLineEvent('line_stopped', 'credit');
const failed = aDraft({ event_type: 'deployment_failed', approval_state: 'approved' });
const APPROVER = String(story.find(({ event_type: type }) => type === 'approval_granted')?.actor_id);

const passed = [...approved, asked, confirmed, requested, used];
const lapsing = saying(asked, { confirm_by: '2020-01-01T00:00:00.000Z' });

describe('a break-glass (GT-6, SD-3, BG-1)', () => {
  describeRule(breakGlassTakesTwo, {
    keptBy: [
      ['two people, a use and its documentation', [...passed, ended, documented]],
      ['another one after the first was documented', [...passed, documented, second(asked), second(confirmed)]],
      ['another one after the first was never confirmed', [...approved, lapsing, second(asked), second(confirmed)]],
      ['another one after the first was ended', [...approved, asked, ended, second(asked), second(confirmed)]],
      ['a second use, by another attempt that was asked for', [...passed, refused, order(3), use(hours(72), 3)]],
      [
        'an execution of an attempt before, which breaks late',
        [
          ...approved,
          asked,
          confirmed,
          requested,
          aDraft({ event_type: 'release_faulted', approval_state: 'approved' }),
          used,
        ],
      ],
    ],
    brokenBy: [
      [
        'one who confirms what they asked for',
        [...approved, asked, confirm('olga')],
        'olga asked for it, and nobody else confirmed it',
      ],
      ['a maker who confirms', [...approved, asked, confirm(String(story[0]?.actor_id))], 'made the release'],
      ['a confirmation of what nobody asked for', [...approved, confirmed], 'nobody asked for it'],
      ['a confirmation of another release', [...approved, ofOther, confirmed], 'nobody asked for it'],
      ['a second confirmation', [...approved, asked, confirmed, confirmed], 'it is confirmed already'],
      ['a confirmation after its end', [...approved, asked, ended, confirmed], 'it was closed before'],
      [
        'a confirmation after it was confirmed and ended',
        [...approved, asked, confirmed, ended, confirmed],
        'it is confirmed already',
      ],
      ['a confirmation after it was documented', [...passed, documented, confirmed], 'it is confirmed already'],
      [
        'a confirmation of what somebody else asked for',
        [...approved, asked, saying(confirmed, { requested_by: 'otto' })],
        'olga asked for it, not otto',
      ],
      ['a confirmation of another one', [...approved, asked, second(confirmed)], 'it is of number 2, not 1'],
      [
        'a confirmation in another environment',
        [...approved, asked, saying(confirmed, { environment: 'test' })],
        'it is of test credit, not prod credit',
      ],
      [
        'one that is open for longer than was asked for',
        [...approved, saying(asked, { open_hours: 1 }), confirm('oscar', hours(2))],
        'it is open for more than the 1 hours that were asked for',
      ],
      [
        'a confirmation that does not say until when it is open',
        [...approved, asked, saying(confirmed, { open_until: 'ever' })],
        'it is open for more than',
      ],
      [
        'one that is to be open for more than a day',
        [...approved, saying(asked, { open_hours: 25 })],
        'open for more than a day',
      ],
      [
        'one that may be confirmed for more than a day',
        [...approved, saying(asked, { confirm_by: hours(25) })],
        'it may be confirmed for more than a day',
      ],
      ['one that leaves out a number', [...approved, second(asked)], 'it is number 2, not 1'],
      ['one that has the number of the one before', [...approved, lapsing, asked], 'it is number 1, not 2'],
      ['another one while the first waits', [...approved, asked, second(asked)], 'the one for credit-1 is under way'],
      [
        'another one while the first is open',
        [...approved, lapsing, confirmed, second(asked)],
        'the one for credit-1 is under way',
      ],
      ['one that names no incident', [...approved, { ...asked, linked_incident: '' }], 'it names no incident'],
      ['a use that nobody confirmed', [...approved, asked, requested, used], 'it is not open'],
      ['a use after its end', [...approved, asked, confirmed, requested, ended, used], 'it is not open'],
      ['a use after it was documented', [...passed, documented, used], 'it is not open'],
      ['a use by the attempt that the approval began', [...approved, asked, confirmed, use(hours(72), 1)], 'attempt 1'],
      [
        'a use by an attempt that was asked for before it was confirmed',
        [...approved, asked, requested, confirmed, used],
        'nobody asked for attempt 2 since it is open',
      ],
      [
        'a use by an attempt that waited for a window',
        [...approved, asked, confirmed, requested, refused, use(hours(72), 3)],
        'nobody asked for attempt 3 since it is open',
      ],
      [
        'a use by what its maker asked for',
        [...approved, asked, confirmed, order(2, String(story[0]?.actor_id)), used],
        'made or approved the release, and asked for its promotion',
      ],
      [
        'a use by what an approver asked for',
        [...approved, asked, confirmed, order(2, APPROVER), used],
        `${APPROVER} made or approved the release`,
      ],
      [
        'a use that is to be documented in a year',
        [...approved, asked, confirmed, requested, use(hours(24 * 365))],
        'it is to be documented within more than a month',
      ],
      [
        'a second use that puts off what is owed',
        [...passed, order(3), use(hours(99), 3)],
        `it has to be documented by ${hours(72)} since its first use`,
      ],
      ['a second end', [...approved, asked, ended, ended], 'it is closed already'],
      ['a documentation of what was not used', [...approved, asked, confirmed, documented], 'it was not used'],
      ['a second documentation', [...passed, documented, documented], 'it is documented already'],
      ['another one while the first is owed', [...passed, second(asked)], 'the one for credit-1 is not documented'],
      ['an end of what nobody asked for', [...approved, ended, used, documented], 'nobody asked for it'],
    ],
  });
});

describe('a break-glass, by its clock', () => {
  describeRule(breakGlassTakesTwo, {
    apart: 3600,
    keptBy: [
      [
        'one within its time',
        [...approved, saying(asked, { confirm_by: hours(24), open_hours: 24 }), confirm('oscar', hours(24))],
      ],
    ],
    brokenBy: [
      ['a confirmation that came too late', [lapsing, confirmed], 'it had to be confirmed by'],
      ['a use that came too late', [asked, confirm('oscar', STORY), requested, used], 'it is not open'],
    ],
  });
});

describe('a promotion while the line is stopped, by a break-glass (GT-6)', () => {
  const open = [...approved, stop, asked, confirmed];
  describeRule(lineIsKept, {
    keptBy: [
      ['one that is open and was used', [...open, requested, used, started, ...promoted]],
      [
        'another attempt, after the first failed',
        [...open, requested, used, started, failed, order(3), use(hours(72), 3), started, ...promoted],
      ],
    ],
    brokenBy: [
      ['one without any', [...approved, stop, ...going], 'promotion_requested of release credit-1: the line of credit'],
      [
        'one that nobody confirmed',
        [...approved, stop, asked, ...going],
        'promotion_requested of release credit-1: the line of credit is stopped',
      ],
      [
        'one that the gate did not use',
        [...open, ...going],
        'deployment_started of release credit-1: the line of credit is stopped',
      ],
      [
        'one of an attempt that nobody asked for',
        [...open, used, started],
        'deployment_started of release credit-1: the line of credit is stopped',
      ],
      [
        'another attempt, of which no use is on record',
        [...open, requested, used, failed, order(3), started],
        'deployment_started of release credit-1: the line of credit is stopped',
      ],
      [
        'one of another release',
        [...approved, stop, ofOther, { ...confirmed, release_id: 'credit-2' }, ...going],
        'the line of credit is stopped',
      ],
      ['one that has ended', [...open, requested, used, ended, ...going], 'the line of credit is stopped'],
      [
        'one that was ended and confirmed again',
        [...open, ended, confirmed, requested, used, started],
        'the line of credit is stopped',
      ],
    ],
  });
});

describe('the use of a break-glass', () => {
  describeRule(assayActsItself, {
    keptBy: [['the gate', [...approved, asked, confirmed, requested, used]]],
    brokenBy: [
      [
        'a person',
        [...approved, asked, confirmed, requested, { ...used, actor_role: 'operator' }],
        'it is no act of a person',
      ],
    ],
  });
});
