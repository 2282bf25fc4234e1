import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { endpointId, isOwned } from '../records/endpoint.ts';
import { isServing } from '../records/pointer.ts';
import { takeObservation } from './activity.ts';
import { type Execution, type Findings, hasEnded, type MonitoringOutcome, recordReport } from './report.ts';

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  /** Reads the files of the execution. It is asked only for what is not on record. */
  readonly read: () => Promise<Findings>;
  readonly now: () => Instant;
};

/** Afterwards what a monitor found of a governed model is on record, once, with what follows from it. */
export const takeReport = (
  execution: Execution,
  { store, read, now }: World,
): Promise<MonitoringOutcome | 'known' | 'running' | 'too_many' | 'not_ours'> =>
  untilCommitted(async () => {
    if (!hasEnded(execution)) return 'running';
    const endpoint = await store.get('endpoint', endpointId(execution.endpointName));
    if (endpoint === undefined || !isOwned(endpoint)) return 'not_ours';
    const { modelName } = endpoint;
    const pointer = await store.get('pointer', modelName);
    if (!isServing(pointer) || endpointId(pointer.endpointName) !== endpoint.endpointId) return 'not_ours';
    const seen = {
      modelName,
      kind: execution.kind,
      arn: execution.arn,
      status: execution.status,
      at: execution.endedAt,
    };
    const taken = await takeObservation(seen, store, now());
    if (typeof taken === 'string') return taken;
    const release = await requireFound(store.get('release', pointer.releaseId), pointer.releaseId);
    const [kept, approved, former, findings] = await Promise.all([
      requireFound(store.get('policy', release.policySha256), release.policySha256),
      store.get('outcomes', release.releaseId),
      store.get('monitored', modelName),
      read(),
    ]);
    const at = now();
    const facts = { execution, findings, release, pointer, endpoint, approved, former, taken, now: at };
    const { outcome, change } = recordReport({ ...facts, policy: kept.policy });
    await store.commit(change, at);
    return outcome;
  });
