import { expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { aDecision, aManifest, anApprovalCase, digestOf } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

/** As many bytes of JSON as a policy and a person can make of their characters. */
const ids = Array.from({ length: 20 }, (_, index) => `${'i'.repeat(62)}${10 + index}`);
const checklist = ids.map((id) => ({ id, question: '問'.repeat(512) }));

it.each(['字'.repeat(2000), '😀'.repeat(1000), '"'.repeat(2000)])(
  'the largest decision fits into its event',
  async (comment) => {
    const scene = await anApprovalCase({ manifest: aManifest({ change_id: '変'.repeat(128) }) });
    const { tiers, ...policy } = scene.policy;
    const largest = {
      ...policy,
      approval_meaning: '意'.repeat(512),
      tiers: { ...tiers, medium: { ...tiers.medium, checklist } },
    };
    const checks = scene.checks.map((check, index) => ({ ...check, evidenceSha256: digestOf(String(index)) }));
    const input = await aDecision(scene, 'ada', {
      policy: largest,
      checks,
      release: { ...scene.release, evidenceDigest: evidenceDigest(scene.release, checks) },
      answered: { comment, checklist: new Map(ids.map((id) => [id, 'yes'])) },
    });

    const outcome = await decideApproval(input, { ...DECISION_KEY.signer, keyId: `arn:aws:kms:${'x'.repeat(100)}` });

    if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
    const { event, model } = outcome.change;
    expect(sealEvent(event, model, GENESIS, input.now).bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  },
);
