import { describe } from 'vitest';
import { conditionIsMetByItsPeople } from '../../../../lib/domain/audit/rules/condition-is-met-by-its-people.ts';
import { between, LONG_DUE, met, NOT_DUE, onConditions, suspended } from './conditions.ts';
import { describeRule, story } from './describe-rule.ts';

const overdue = onConditions(LONG_DUE, LONG_DUE);
const reinstated = (id: string) => met('carl', 'approval_reinstated', id);

describe('a condition that is met', () => {
  describeRule(conditionIsMetByItsPeople, {
    keptBy: [
      ['by its owner', between(onConditions(NOT_DUE), met('carl'))],
      ['by who approved on it', between(onConditions(NOT_DUE), met('mia'))],
      [
        'the last of two that suspended the approval',
        between(overdue, suspended('mia-1'), suspended('mia-2'), met('carl'), reinstated('mia-2')),
      ],
    ],
    brokenBy: [
      ['one that no approval has', between(story, met('carl')), 'no approval has condition mia-1'],
      [
        'one that somebody else meets',
        between(onConditions(NOT_DUE), met('rob')),
        'condition mia-1 is not for rob to meet',
      ],
      [
        'one that is met twice',
        between(onConditions(NOT_DUE), met('carl'), met('mia')),
        'condition mia-1 was met before',
      ],
      [
        'one that reinstates what it did not suspend',
        between(onConditions(LONG_DUE), met('carl', 'approval_reinstated')),
        'it is not what suspended the approval',
      ],
      [
        'one that reinstates while another is overdue',
        between(overdue, suspended('mia-1'), suspended('mia-2'), reinstated('mia-1')),
        'it is not what suspended the approval',
      ],
      [
        'the last one, if it does not say that it reinstates',
        between(onConditions(LONG_DUE), suspended(), met('carl')),
        'it reinstated the approval',
      ],
    ],
  });
});
