import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { aDecision, aManifest, anApprovalCase } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

const eventOf = async (changes: Record<string, unknown>) => {
  const scene = await anApprovalCase({ manifest: aManifest(changes) });
  const outcome = await decideApproval(await aDecision(scene, 'ada'), DECISION_KEY.signer);
  if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
  return outcome.change.event;
};

describe('an event about a release (AU-7)', () => {
  it('names the change request that the release belongs to, beside what else it says', async () => {
    expect((await eventOf({ change_id: 'CHG0030192' })).details).toMatchObject({
      change_id: 'CHG0030192',
      decision: 'approve',
    });
  });

  it('names none if the manifest names none', async () => {
    expect((await eventOf({})).details).not.toHaveProperty('change_id');
  });
});
