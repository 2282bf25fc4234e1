import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RehearsalReport } from '../../../lib/domain/audit/rehearsal-report.ts';
import { LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { auditorsLedger } from '../../support/auditors-story.ts';
import { aDirectory, assay } from '../assay.ts';

const files = await auditorsLedger();
const copy = (leftOut = '') =>
  aDirectory({
    'log.pub': LOG_PUBLIC_KEY,
    'ledger/log.pub': LOG_PUBLIC_KEY,
    'nothing/readme': '',
    ...Object.fromEntries(files.filter(({ key }) => key !== leftOut).map(({ key, bytes }) => [`ledger/${key}`, bytes])),
  });
const home = copy();
const rehearse = (...args: string[]) => assay(home, ['audit', 'rehearse', ...args]);

describe('assay audit rehearse', () => {
  it('writes the report, and says that all of it holds (CO-2)', async () => {
    const { code, out } = await rehearse('ledger', '--date', '2026-11-27', '--out', 'report', '--json');
    const written = RehearsalReport.parse(JSON.parse(readFileSync(join(home, 'report.json'), 'utf8')));

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(written);
    expect(written).toMatchObject({ seed: '2026-11-27', failures: 0 });
    expect(readFileSync(join(home, 'report.md'), 'utf8')).toContain('Everything that was looked at holds.');
  });

  it('rehearses as of today, with a key that was kept elsewhere', async () => {
    const { code, out } = await rehearse('ledger', '--key', 'log.pub');

    expect(code).toBe(0);
    expect(out).toContain(`# Rehearsal of an audit, ${new Date().toISOString().slice(0, 4)}`);
  });

  it('ends with 1 if something fails', async () => {
    const [event] = files.filter(({ key }) => key.startsWith('checkpoints/')).slice(-1);
    const broken = copy(event?.key);

    expect(await assay(broken, ['audit', 'rehearse', 'ledger'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('is missing, or was not written yet'),
    });
  });

  it('refuses what it cannot do', async () => {
    expect(await rehearse('nothing')).toMatchObject({ code: 2, err: expect.stringContaining('contains no ledger') });
    expect(await rehearse('ledger', '--date', 'monday')).toMatchObject({ code: 2 });
    expect(await rehearse('ledger', '--key', 'nowhere.pub')).toMatchObject({ code: 2 });
  });
});
