import { describe } from 'vitest';
import { assayActsItself } from '../../../../lib/domain/audit/rules/assay-acts-itself.ts';
import { breakGlassTakesTwo } from '../../../../lib/domain/audit/rules/break-glass-takes-two.ts';
import { lineIsKept } from '../../../../lib/domain/audit/rules/line-is-kept.ts';
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
  promoted,
  requested,
  STORY,
  started,
  used,
} from './break-glass-events.ts';
import { describeRule, story } from './describe-rule.ts';
import { aLineEvent } from './line-events.ts';

const stop = aLineEvent('line_stopped', 'credit');

describe('a break-glass (GT-6, SD-3, BG-1)', () => {
  describeRule(breakGlassTakesTwo, {
    keptBy: [
      ['two people, a use and its documentation', [...approved, asked, confirmed, used, ended, documented]],
      [
        'another one after the first was documented',
        [...approved, asked, confirmed, used, documented, asked, confirmed],
      ],
      ['another one after the first was never confirmed', [...approved, asked, asked, confirmed]],
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
      [
        'one that is open for more than a day',
        [...approved, asked, confirm('oscar', hours(25))],
        'open for more than a day',
      ],
      ['one that names no incident', [...approved, { ...asked, linked_incident: '' }], 'it names no incident'],
      ['a use that nobody confirmed', [...approved, asked, used], 'it is not open'],
      ['a use after its end', [...approved, asked, confirmed, ended, used], 'it is not open'],
      ['a documentation of what was not used', [...approved, asked, confirmed, documented], 'it was not used'],
      [
        'another one while the first is owed',
        [...approved, asked, confirmed, used, asked],
        'the one for credit-1 is not documented',
      ],
      ['an end of what nobody asked for', [...approved, ended, used, documented], 'nobody asked for it'],
    ],
  });
});

describe('a break-glass, by its clock', () => {
  const late = { ...asked, details: { confirm_by: STORY } };
  describeRule(breakGlassTakesTwo, {
    apart: 3600,
    keptBy: [
      [
        'one within its time',
        [...approved, { ...asked, details: { confirm_by: hours(99) } }, confirm('oscar', hours(24))],
      ],
    ],
    brokenBy: [
      ['a confirmation that came too late', [late, confirmed], 'it had to be confirmed by'],
      ['a use that came too late', [asked, confirm('oscar', STORY), used], 'it is not open'],
    ],
  });
});

describe('a promotion while the line is stopped, by a break-glass (GT-6)', () => {
  describeRule(lineIsKept, {
    keptBy: [
      ['one that is open and was used', [...approved, stop, asked, confirmed, requested, used, started, ...promoted]],
    ],
    brokenBy: [
      [
        'one that nobody confirmed',
        [...approved, stop, asked, ...going],
        'promotion_requested of release credit-1: the line of credit is stopped',
      ],
      [
        'one that the gate did not use',
        [...approved, stop, asked, confirmed, ...going],
        'deployment_started of release credit-1: the line of credit is stopped',
      ],
      [
        'one of another release',
        [...approved, stop, ofOther, { ...confirmed, release_id: 'credit-2' }, ...going],
        'the line of credit is stopped',
      ],
      [
        'one that has ended',
        [...approved, stop, asked, confirmed, used, ended, ...going],
        'the line of credit is stopped',
      ],
    ],
  });
});

describe('the use of a break-glass', () => {
  describeRule(assayActsItself, {
    keptBy: [['the gate', [...approved, asked, confirmed, used]]],
    brokenBy: [
      ['a person', [...approved, asked, confirmed, { ...used, actor_role: 'operator' }], 'it is no act of a person'],
    ],
  });
});
