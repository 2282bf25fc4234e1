/** An approval comes to its end: people are warned, it is renewed by a key that is published, and one that has changed is not. */

import { warnIfExpiring } from '../../lambdas/dispatch-outbox/intents/warn-of-expiry.ts';
import { publishAttestationKey } from '../../lib/domain/attestation/decision-key.ts';
import { askRenewal } from '../../lib/domain/gate/ask-renewal.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aRenewalWorld, daysBefore, RENEWAL_KEY, serving } from './a-renewal.ts';
import { inAct, recording } from './recorded-acts.ts';

export const tellOfRenewals = async (): Promise<void> => {
  const { world, facts, store: memory } = aRenewalWorld(daysBefore(14));
  const { releaseId } = serving;
  const dispatching = withinRights('DispatchOutbox', recording(memory));
  await inAct('warn_of_expiry', () =>
    warnIfExpiring({ kind: 'warn_of_expiry', releaseId }, { store: dispatching, now: world.now }),
  );
  const publishing = withinRights('ExtendLog', recording(memory));
  await inAct('publishAttestationKey', () => publishAttestationKey(RENEWAL_KEY.signer, publishing, world.now));
  facts.now = daysBefore(10);
  const claim = { releaseId, act: 'due', actor: ASSAY } as const;
  const renewing = { ...world, store: withinRights('RenewApproval', recording(memory)) };
  await inAct('renew-approval', () => askRenewal(claim, { ...renewing, newestOf: async () => undefined }));
  await inAct('renew-approval', () => askRenewal(claim, renewing));
};
