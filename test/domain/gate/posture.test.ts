import { expect, it } from 'vitest';
import type { Maturity } from '../../../lib/domain/gate/maturity.ts';
import { postureRecord } from '../../../lib/domain/gate/posture.ts';

const maturity = { level: 1, steps: [], next: undefined } as unknown as Maturity; // the level alone matters here
const live = { modelName: 'credit', releaseId: 'credit-1', modelVersion: '1.0.0', maturity };

it('says by which rules enforcing every check would have stopped what serves', () => {
  const reason = { rule: 'check_not_passed', explanation: 'The model card has no limitations.' };
  const reasons = [{ ...reason, evidence: 'model_card_schema_valid' }];
  const enforced = { isStopped: true, notEnforced: ['model_card_schema_valid'], reasons };

  expect(postureRecord({ ...live, enforced })).toMatchObject({
    model_name: 'credit',
    if_enforced: { is_stopped: true, not_enforced: ['model_card_schema_valid'], reasons: [reason] },
  });
});
