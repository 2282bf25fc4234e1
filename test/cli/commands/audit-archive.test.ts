import { describe, expect, it } from 'vitest';
import { aLedger, LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { aDirectory, assay } from '../assay.ts';
import { archiveOf } from '../rows-of-audit.ts';

const ledger = Object.fromEntries((await aLedger()).map(({ key, bytes }) => [key, bytes]));
const object = (key: string, changes: object = {}) => ({
  ...{ bucket: 'evidence', key, version_id: 'v', size_bytes: 1, sha256: 'a'.repeat(64), legal_hold: false },
  ...{ lock_mode: 'COMPLIANCE', retain_until: '2026-12-30T00:00:00.000Z', written_at: '2026-11-30T00:00:00.000Z' },
  ...changes,
});
const homeOf = (manifest: object) =>
  aDirectory({
    'ledger/log.pub': LOG_PUBLIC_KEY,
    'ledger/archive.json': JSON.stringify(manifest),
    'nothing/readme': '',
    ...Object.fromEntries(Object.entries(ledger).map(([key, bytes]) => [`ledger/${key}`, bytes])),
  });
const OF_LEDGER = JSON.parse(archiveOf(ledger)) as object;
const KEPT = { ...OF_LEDGER, schema_version: 2, kept: [object('sha256/a'), object('records/m/1')] };
const archive = (home: string, ...args: string[]) => assay(home, ['audit', 'archive', ...args]);

describe('assay audit archive --from-copy', () => {
  it('says that evidence was not listed, in a manifest of the first version too (AU-6)', async () => {
    const { code, out } = await archive(homeOf(OF_LEDGER), 'ledger', '--from-copy');

    expect(code).toBe(0);
    expect(out).toContain('were not listed: name their buckets (--evidence)');
  });

  it('shows what the buckets of evidence keep, part by part, and for how long', async () => {
    const home = homeOf(KEPT);
    const { code, out } = await archive(home, 'ledger', '--from-copy', '--days', '400', '--evidence-days', '30');

    expect(code).toBe(0);
    expect(out).toContain('2 objects of evidence, records, attestations and locked copies');
    expect(out).toMatch(/evidence\/sha256 +1 +COMPLIANCE/);
    expect(await archive(home, 'ledger', '--from-copy', '--days', '31')).toMatchObject({
      code: 1,
      out: expect.stringContaining('which is less than 31 days'),
    });
  });

  it('ends with 1 if something kept is not locked', async () => {
    const open = { ...KEPT, kept: [object('sha256/a', { lock_mode: '', retain_until: '' })] };

    expect(await archive(homeOf(open), 'ledger', '--from-copy')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/evidence\/sha256\/a +is not locked/),
    });
  });

  it('refuses what it cannot do', async () => {
    const home = homeOf(OF_LEDGER);

    expect(await archive(home, 'nothing', '--from-copy')).toMatchObject({ code: 2 });
    expect(await archive(home, 'ledger', '--from-copy', '--days', 'many')).toMatchObject({ code: 2 });
    expect(await archive(home, 'ledger', '--from-copy', '--evidence-days', '-')).toMatchObject({ code: 2 });
    expect(await archive(home, 'ledger', '--from-copy', '--rows-days', '-')).toMatchObject({ code: 2 });
    expect(await archive(home, 'ledger', '--from-copy', '--classes', 'low=3')).toMatchObject({ code: 2 });
    expect(await archive(home, 'ledger', '--from-copy', '--days', '3', '--classes', 'low')).toMatchObject({ code: 2 });
  });
});
