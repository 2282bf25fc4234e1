import { describe, expect, it } from 'vitest';
import { CALLS_A_DAY, recordCall } from '../../../lib/domain/monitoring/account-call.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { A_CALL } from '../../support/told-of-monitoring.ts';

const now = () => NOW;
const numbered = (number: number) => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
const eventsOf = async (store: ReturnType<typeof memoryReleaseStore>) =>
  (await store.events('_configuration')).map(({ event }) => event);

describe('a call that CloudTrail tells of (SD-4, AU-3)', () => {
  it('is on the chain of the configuration once, with who made it', async () => {
    const store = memoryReleaseStore();

    expect(await recordCall(A_CALL, store, now)).toBe('recorded');
    expect(await recordCall(A_CALL, store, now)).toBe('known');

    const [event, ...others] = await eventsOf(store);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: 'permission_changed',
      reason: '',
      details: {
        ...{ call: 'iam:PutRolePolicy', resource: A_CALL.resource, policy: 'more', at: NOW, region: 'us-east-1' },
        ...{ by: 'arn:aws:iam::111122223333:role/Admin', by_kind: 'AssumedRole', through: '' },
        cloudtrail_event_id: A_CALL.eventId,
      },
    });
  });

  it.each([
    ['kms:Sign', 'unexpected_signing_found'],
    ['kms:GenerateMac', 'unexpected_signing_found'],
    ['kms:PutKeyPolicy', 'permission_changed'],
  ])('is told by its own event: %s', async (call, type) => {
    const store = memoryReleaseStore();

    await recordCall({ ...A_CALL, call }, store, now);

    expect((await eventsOf(store)).map(({ event_type }) => event_type)).toEqual([type]);
  });

  it('is shown as text that deceives nobody, and that fits', async () => {
    const store = memoryReleaseStore();

    await recordCall({ ...A_CALL, policy: `more\u202e${'x'.repeat(600)}` }, store, now);

    const policy = String((await eventsOf(store))[0]?.details['policy']);
    expect(policy).toHaveLength(512);
    expect(policy).not.toContain('\u202e');
  });

  it('is one of so many a day, and the last of them says that there are more', async () => {
    const store = memoryReleaseStore();
    const seen = { entity: 'account_call', version: 0, day: NOW.slice(0, 10), kind: 'permission_changed' } as const;
    for (let number = 1; number < CALLS_A_DAY; number += 1) {
      store.seed({ ...seen, callId: numbered(number), at: NOW, takenAt: NOW });
    }

    expect(await recordCall(A_CALL, store, now)).toBe('recorded');
    expect(await recordCall({ ...A_CALL, eventId: numbered(0) }, store, now)).toBe('too_many');
    // A flood of changes hides no signing.
    expect(await recordCall({ ...A_CALL, eventId: numbered(0), call: 'kms:Sign' }, store, now)).toBe('recorded');

    expect((await eventsOf(store)).map(({ reason }) => reason)).toEqual([
      'the last of this day on record: CloudTrail has those after it',
      '',
    ]);
  });
});
