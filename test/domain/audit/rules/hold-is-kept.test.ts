import { describe } from 'vitest';
import { holdIsKept } from '../../../../lib/domain/audit/rules/hold-is-kept.ts';
import { aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { describeRule } from './describe-rule.ts';
import { consent, heldBy, rolledBack } from './holds.ts';

const next = aReleaseInProduction('credit-3', 'credit-1');

describe('a promotion of a model that was rolled back', () => {
  describeRule(holdIsKept, {
    keptBy: [
      ['one after the hold was released', [...heldBy(1), consent('olga', 'hold_released'), ...next]],
      ['one after two have released it', [...heldBy(2), consent('olga'), consent('omar', 'hold_released'), ...next]],
      ['one after a rollback by a version that knew no holds', [...rolledBack({}), ...next]],
    ],
    brokenBy: [
      ['one while the model is held', [...heldBy(1), ...next], 'the model is held since the rollback of credit-2'],
      ['one after the first of two consents', [...heldBy(2), consent('olga'), ...next], 'the model is held'],
    ],
  });
});
