import { describe } from 'vitest';
import { holdIsReleasedByOthers } from '../../../../lib/domain/audit/rules/hold-is-released-by-others.ts';
import { describeRule } from './describe-rule.ts';
import { consent, heldBy, rolledBack } from './holds.ts';

describe('the release of a hold', () => {
  describeRule(holdIsReleasedByOthers, {
    keptBy: [
      ['one operator, where one is enough', [...heldBy(1), consent('olga', 'hold_released')]],
      ['two operators, where two are needed', [...heldBy(2), consent('olga'), consent('omar', 'hold_released')]],
      ['a refusal, which releases nothing', [...heldBy(1), consent('oscar', 'hold_consent_refused')]],
    ],
    brokenBy: [
      ['nothing to release', [...rolledBack({}), consent('olga', 'hold_released')], 'the model is not held'],
      ['who asked for the rollback', [...heldBy(1), consent('oscar', 'hold_released')], 'oscar asked for the rollback'],
      ['no operator', [...heldBy(1), consent('olga', 'hold_released', { actor_role: 'system' })], 'no operator'],
      ['no incident', [...heldBy(1), consent('olga', 'hold_released', { linked_incident: '' })], 'no incident'],
      ['one where two are needed', [...heldBy(2), consent('olga', 'hold_released')], '1 more must consent'],
      [
        'the same operator twice',
        [...heldBy(2), consent('olga'), consent('olga', 'hold_released')],
        'olga has consented before',
      ],
      ['a consent that releases nothing though it is the last', [...heldBy(1), consent('olga')], 'nobody else need'],
      [
        'a second release',
        [...heldBy(1), consent('olga', 'hold_released'), consent('omar', 'hold_released')],
        'the model is not held',
      ],
    ],
  });
});
