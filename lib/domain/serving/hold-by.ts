import type { Instant } from '../identifiers.ts';
import type { Hold } from '../records/hold.ts';
import type { Rollback } from '../records/rollback.ts';
import type { Release } from '../release/release.ts';

/** What was wrong enough to be rolled back is dealt with by people before anything is promoted; at tier high, by two. */
export const holdBy = (
  rollback: Rollback,
  releases: readonly Release[],
  formerHold: Hold | undefined,
  heldSince: Instant,
): Hold => ({
  entity: 'hold',
  version: formerHold?.version ?? 0,
  modelName: rollback.modelName,
  status: 'held',
  rollbackId: rollback.rollbackId,
  fromReleaseId: rollback.fromReleaseId,
  initiatedBy: rollback.initiatedBy,
  heldSince,
  operatorsNeeded: releases.some(({ riskTier }) => riskTier === 'high') ? 2 : 1,
  consents: [],
});
