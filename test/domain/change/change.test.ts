import { describe, expect, it } from 'vitest';
import { Intent, tierIn } from '../../../lib/domain/change/change.ts';
import { aPolicy, aRelease } from '../../support/approval-case.ts';
import { aDraft } from '../ledger/a-ledger.ts';

describe('an intent', () => {
  const intents = [
    { kind: 'ship_event', model: 'credit', seq: 1 },
    { kind: 'start_execution', machine: 'release', name: 'r-1', input: '{}' },
    { kind: 'resume_execution', requestId: 'apr-r-1' },
    { kind: 'send_approval_mail', requestId: 'apr-r-1', personId: 'ada' },
    { kind: 'sync_registry', releaseId: 'r-1' },
    { kind: 'publish_event', detailType: 'Release Approved', detail: '{}' },
    { kind: 'expire_request', requestId: 'apr-r-1' },
    { kind: 'expire_approval', releaseId: 'r-1' },
    { kind: 'warn_of_expiry', releaseId: 'r-1' },
    { kind: 'renew_approval', releaseId: 'r-1' },
  ];

  it.each(intents)('to $kind reads back unchanged', (intent) => {
    expect(Intent.parse(JSON.parse(JSON.stringify(intent)))).toEqual(intent);
  });

  it.each(intents)('to $kind is not carried out with something missing or added', (intent) => {
    for (const name of Object.keys(intent)) {
      expect(() => Intent.parse({ ...intent, [name]: undefined })).toThrow();
    }
    expect(() => Intent.parse({ ...intent, taskToken: 'leaked' })).toThrow();
  });
});

describe('the tier of an event', () => {
  it('is that of the release that it is about, if the change holds it', () => {
    const release = { ...aRelease(aPolicy(), []), riskTier: 'low' as const };
    const event = aDraft({ event_type: 'release_approved', release_id: release.releaseId });

    expect(tierIn({ event, writes: [{ kind: 'expect', entity: release }] })).toEqual({ tier: 'low' });
    expect(
      tierIn({ event: { ...event, release_id: 'another' }, writes: [{ kind: 'expect', entity: release }] }),
    ).toEqual({});
    expect(tierIn({ event, writes: [] })).toEqual({});
  });
});
