import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { aReleaseInProduction, eventFiles, LOG_PUBLIC_KEY, logFiles, sealAll } from '../ledger/a-ledger.ts';

const events = sealAll(aReleaseInProduction('credit-1').map((draft) => ({ model: 'credit', draft })));
const last = Instant.parse(events.at(-1)?.event.timestamp);
const verifyAt = async (minutes: number) => {
  const files = [...eventFiles(events), ...(await logFiles(events, [events.length]))];
  const now = plusMilliseconds(last, minutes * 60_000);
  return (await verifyLedger(files, { logPublicKeyPem: LOG_PUBLIC_KEY, now })).problems.map(({ why }) => why);
};

describe('an event of the future', () => {
  it.each([0, 60, -9])('is none where clocks differ by little (%i minutes later)', async (minutes) => {
    expect(await verifyAt(minutes)).toEqual([]);
  });

  it('makes a ledger fail, though the log covers it and it would look recent for long', async () => {
    expect(await verifyAt(-11)).toContain(`is of ${last}, and it is ${plusMilliseconds(last, -660_000)}`);
  });
});
