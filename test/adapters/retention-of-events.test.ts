import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { shipEvent } from '../../lib/adapters/s3-ledger-store.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import type { EventType } from '../../lib/domain/ledger/event.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';

const RETENTION = { mode: 'COMPLIANCE' as const, longest: 7, classes: { low: 3, routine: 2 } };

it.each<[EventType, string | undefined, number]>([
  ['release_approved', 'high', 7],
  ['release_approved', 'low', 3],
  ['approval_reminded', 'high', 2],
  ['configuration_changed', undefined, 7],
])('%s of tier %s is locked for the days of its class: %d (AU-6)', async (eventType, tier, days) => {
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({});
  const before = Date.now();

  await shipEvent(
    { ...sealEvent(aDraft({ event_type: eventType }), 'credit', GENESIS, NOW), tier },
    'audit',
    RETENTION,
  );

  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } =
    s3.commandCalls(PutObjectCommand)[0]?.args[0].input ?? {};
  expect(mode).toBe('COMPLIANCE');
  expect(Math.floor(((until?.getTime() ?? 0) - before) / 86_400_000)).toBe(days);
});
