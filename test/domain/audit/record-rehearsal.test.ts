import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recordRehearsal } from '../../../lib/domain/audit/record-rehearsal.ts';
import { probedIn } from '../../../lib/domain/audit/rehearsal-probes.ts';
import { rehearsalBytes } from '../../../lib/domain/audit/rehearsal-report.ts';
import { readLog } from '../../../lib/domain/ledger/read-log.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { aReport } from '../../support/a-rehearsal.ts';
import { digestOf } from '../../support/approval-case.ts';
import { auditorsLedger } from '../../support/auditors-story.ts';
import { aDraft, aLedger, LOG_PUBLIC_KEY, sealAll } from '../ledger/a-ledger.ts';

describe('a rehearsal on record (CO-2)', () => {
  it('is its report by digest, with what failed, and is told at once if anything did', () => {
    const report = aReport(2);
    const { event, intents, writes } = recordRehearsal(report);

    expect(event.details).toMatchObject({
      report_key: 'rehearsals/v1/dt=2026-11-30/030000000.json',
      report_sha256: sha256(rehearsalBytes(report)),
      failures_total: 2,
      failures: ['entry 0: its object is missing', 'entry 1: its object is missing'],
    });
    expect(intents).toMatchObject([{ intent: { detailType: 'Audit Rehearsal Failed' } }]);
    expect(writes).toEqual([]);
  });

  it('tells nobody if everything holds, and names as many failures as there is room for', () => {
    const many = recordRehearsal(aReport(2000)).event.details;

    expect(recordRehearsal(aReport(0))).toMatchObject({ intents: [], event: { details: { failures: [] } } });
    expect(many).toMatchObject({ failures_total: 2000 });
    expect((many['failures'] as string[]).length).toBeLessThan(1000);
  });
});

describe('what must not be given to who audits', () => {
  const pinned = (details: Record<string, string>) =>
    aLedger(
      sealAll([{ model: 'credit', draft: aDraft({ event_type: 'evidence_pinned', details, release_id: 'credit-1' }) }]),
      [1],
    );
  const probed = async (files: Awaited<ReturnType<typeof pinned>>) => probedIn(readLog(files, LOG_PUBLIC_KEY).log);

  it('is the evidence of the release that was pinned last', async () => {
    const [rows, card] = [digestOf('predictions'), digestOf('model_card')];

    expect(await probed(await pinned({ predictions: rows, model_card: card }))).toEqual([
      ...['kept', '30d', '90d', '180d', '365d', '730d', '1095d', '1825d', '2555d'].map((place) => ({
        what: 'rows about people, of credit-1',
        key: `evidence_rows/${place}/credit-1/${rows}`,
      })),
      { what: 'rows about people, of credit-1', key: `sha256/${rows}` },
      { what: 'a document of the evidence, of credit-1', key: `sha256/${card}` },
    ]);
    expect(await probed(await pinned({ predictions: 'no digest' }))).toEqual([]);
    expect(probedIn({ entries: [] })).toEqual([]);
  });

  it('is asked of no log whose checkpoints another key has signed', async () => {
    const files = await aLedger();
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

    const { problems } = readLog(files.toReversed(), other);

    const unsigned = problems.filter(({ key }) => key.startsWith('checkpoints/')).map(({ key }) => key);
    expect(unsigned).toEqual(files.map(({ key }) => key).filter((key) => key.startsWith('checkpoints/')));
    expect(readLog(files.toReversed(), LOG_PUBLIC_KEY).problems).toEqual([]);
  });

  it('is asked of a log that holds', async () => {
    const { problems, checkpoints } = readLog(await auditorsLedger(), LOG_PUBLIC_KEY);

    expect(problems).toEqual([]);
    expect(checkpoints.at(-1)?.size).toBe(25);
    expect(readLog([{ key: 'nonsense', bytes: new Uint8Array() }], undefined).problems).toHaveLength(1);
  });
});
