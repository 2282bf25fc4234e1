/** What goes on record of an execution that broke, and that it does so once. */
import { describe, expect, it } from 'vitest';
import { recordFault, recordFaultOnce } from '../../../lib/domain/gate/record-fault.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { NOW } from '../../support/approval-case.ts';
import { aFault } from '../../support/faults.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  approved,
  deployed,
  draft,
  inProduction,
  intended,
  MODEL,
  resulting,
  validated,
  written,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);

describe('a fault of the machine', () => {
  it.each([
    { release: draft, left: 'rejected' },
    { release: validated, left: 'rejected' },
    { release: approved, left: 'approved' },
    { release: inProduction, left: 'production' },
  ])('of a release that is $release.state leaves it $left, on record', ({ release, left }) => {
    const change = recordFault(release, aFault({ now: LATER }));

    expect(resulting(change, 'release')).toMatchObject({
      state: left,
      reasons: [{ rule: 'fault', explanation: 'the machine stopped on States.Timeout' }],
    });
    expect(change.event).toMatchObject({
      event_type: 'release_faulted',
      approval_state: left,
      reason: 'States.Timeout',
    });
    expect(intended(change)).toEqual([
      `sync ${release.releaseId}`,
      'publish Release Faulted',
      ...(left === 'rejected' ? ['notify rejected'] : []),
      ...(left === 'approved' ? ['notify not_deployed'] : []),
    ]);
  });

  it('leaves a release that was rejected meanwhile its reasons', () => {
    const reasons = [{ rule: 'decision_signature', evidence: '', explanation: 'it is not signed' }];
    const rejected = { ...validated, state: 'rejected' as const, reasons };

    expect(resulting(recordFault(rejected, aFault({ error: 'ApprovalInvalid' })), 'release').reasons).toEqual(reasons);
  });

  it('says what the endpoint may serve because of it, and whether it was on the way back', () => {
    expect(recordFault(approved, aFault()).event.details).toEqual({});
    const again = recordFault(deployed, aFault({ how: 'again' }));
    expect(again.event.details).toEqual({ endpoint: 'mortgage', endpoint_config: deployed.endpointConfigName });
    expect(resulting(again, 'release').reasons.map(({ explanation }) => explanation)).toEqual([
      'the machine stopped on States.Timeout, when it was to restore the endpoint',
    ]);
  });

  it('is recorded in at most 256 characters', () => {
    expect(recordFault(draft, aFault({ error: 'x'.repeat(5000) })).event.reason).toHaveLength(256);
  });
});

describe('a fault that is told more than once', () => {
  /** Commits what is recorded of each of these, and answers the events. */
  const recorded = async (release: typeof approved, ...faults: Parameters<typeof aFault>[0][]) => {
    const store = memoryReleaseStore();
    store.seed(release);
    for (const fault of faults) {
      const current = (await store.get('release', release.releaseId)) ?? release;
      const change = await recordFaultOnce(current, aFault(fault), store);
      if (change !== undefined) await store.commit(change, NOW);
    }
    return (await store.events(MODEL)).map(({ event }) => event);
  };

  it.each([
    { whose: 'of a release that goes on', release: { ...deployed, promotionAttempt: 2 } },
    // Its reasons say what it was rejected for, and nothing of the fault.
    { whose: 'of one that was rejected', release: { ...deployed, promotionAttempt: 2, state: 'rejected' as const } },
    { whose: 'of an execution that another one has replaced', release: { ...deployed, promotionAttempt: 3 } },
  ])('is on record once, $whose, and one that follows on the way back is another', async ({ release }) => {
    const first = { attempt: 2, how: 'first' } as const;
    const again = { attempt: 2, how: 'again' } as const;

    expect(await recorded(release, first, first, again, again, first)).toMatchObject([
      { event_type: 'release_faulted' },
      { event_type: 'release_faulted' },
    ]);
  });

  it('of an execution that has no say any more changes nothing', async () => {
    const change = await recordFaultOnce(
      { ...approved, promotionAttempt: 2 },
      aFault({ attempt: 1 }),
      memoryReleaseStore(),
    );

    expect(change && written(change)).toEqual(['expect release', 'create fault']);
    expect(change && intended(change)).toEqual([]);
    expect(change?.event).toMatchObject({
      ...{ event_type: 'release_faulted', approval_state: 'approved', reason: 'States.Timeout' },
    });
  });

  it('by two calls at once is recorded by one of them', async () => {
    const store = memoryReleaseStore();
    const release = { ...approved, promotionAttempt: 2 };
    store.seed(release);
    const both = [1, 2].map(() => recordFaultOnce(release, aFault({ attempt: 1 }), store));
    const [one, other] = await Promise.all(both);

    await store.commit(one ?? expect.unreachable(), NOW);
    await expect(store.commit(other ?? expect.unreachable(), NOW)).rejects.toThrow(Conflict);
    expect(await store.events(MODEL)).toHaveLength(1);
  });
});
