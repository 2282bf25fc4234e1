import { redriveParked } from '../../lib/domain/change/redrive.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { now } from '../../lib/runtime/clock.ts';

const PARKED = {
  ...{ rowId: 'row', partition: 'OUTBOX#send_approval_mail#0', sort: 'row', kind: 'send_approval_mail' },
  ...{ chain: 'hmda-mortgage', about: 'nobody', attempts: 10, lastError: 'Throttling' },
};

/** An operator lets a side effect be tried again that the outbox has parked. */
export const redriveOne = (store: ReleaseStore) =>
  redriveParked(
    { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'why not', rows: 'all' },
    { store, parked: async () => [PARKED], parkedAt: async () => [], now },
  );
