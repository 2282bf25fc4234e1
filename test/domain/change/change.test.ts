import { describe, expect, it } from 'vitest';
import { Intent } from '../../../lib/domain/change/change.ts';

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
