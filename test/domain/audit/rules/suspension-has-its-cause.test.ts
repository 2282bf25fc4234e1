import { describe } from 'vitest';
import { suspensionHasItsCause } from '../../../../lib/domain/audit/rules/suspension-has-its-cause.ts';
import { between, LONG_DUE, met, NOT_DUE, onConditions, suspended } from './conditions.ts';
import { describeRule, story } from './describe-rule.ts';

describe('an approval that is suspended', () => {
  describeRule(suspensionHasItsCause, {
    keptBy: [
      [
        'once, by a condition that is overdue',
        between(onConditions(LONG_DUE), suspended(), met('carl', 'approval_reinstated')),
      ],
    ],
    brokenBy: [
      ['by no condition', between(story, suspended()), 'no approval has condition mia-1'],
      [
        'by one that is met',
        between(onConditions(LONG_DUE), met('carl'), suspended()),
        'condition mia-1 was met before',
      ],
      ['twice', between(onConditions(LONG_DUE), suspended(), suspended()), 'condition mia-1 suspends it already'],
      ['too early', between(onConditions(NOT_DUE), suspended()), `condition mia-1 was due at ${NOT_DUE}`],
    ],
  });
});
