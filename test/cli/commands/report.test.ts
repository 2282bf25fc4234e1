import { describe, expect, it } from 'vitest';
import { PersonId, Sha256 } from '../../../lib/domain/identifiers.ts';
import { accessBytes, accessKey, hourOf } from '../../../lib/domain/ledger/access.ts';
import { aLedger } from '../../domain/ledger/a-ledger.ts';
import { at, digestOf } from '../../support/approval-case.ts';
import { aDirectory, assay } from '../assay.ts';

const ledger = Object.fromEntries((await aLedger()).map(({ key, bytes }) => [`ledger/${key}`, bytes]));
const instant = at('2026-11-29T13:04:11.207Z');
const access = {
  at: instant,
  who: PersonId.parse('ruth.meyer'),
  what: 'credit-1/predictions',
  sha256: Sha256.parse(digestOf('rows')),
};
const accessFile = `ledger/${accessKey(hourOf(instant))}`;
const home = aDirectory({ ...ledger, [accessFile]: accessBytes([access, access]) });

const report = async (...args: string[]) => assay(home, ['report', ...args, '--ledger', 'ledger']);

describe('assay report (AU-8)', () => {
  it('has the three sections, and says how far they reach', async () => {
    const { code, out } = await report();

    expect(code).toBe(0);
    for (const title of ['Access frequency', 'Approval timestamps', 'Data sanitisation']) expect(out).toContain(title);
    expect(out).toMatch(/ruth\.meyer +credit-1\/predictions +2/);
    expect(out).toContain(
      '28 events, the newest of 2026-11-21T00:00:17.000Z, and 2 lines of the access log, the newest of 2026-11-29T13:04:11.207Z',
    );
  });

  it('prints one section, with the proof of each row, for other programs', async () => {
    const csv = (await report('access', '--csv')).out.trimEnd().split('\r\n');
    const json = JSON.parse((await report('approvals', '--json')).out);

    expect(csv).toEqual([
      'section,who,what,times,days,first,last,sha256',
      `access,ruth.meyer,credit-1/predictions,2,1,${instant},${instant},${access.sha256}`,
    ]);
    expect(json.covers.events).toBe(28);
    expect(json.sections).toHaveLength(1);
    expect(json.sections[0].rows[0]).toMatchObject({ release_id: 'credit-1', decision: 'approve' });
  });

  it('prints a page in which nothing is markup that came from the ledger', async () => {
    const { out } = await report('--html');

    expect(out).toMatch(/^<!doctype html>/);
    expect(out).toContain('<td>ruth.meyer</td>');
  });

  it('counts nothing if a file is not what its key says', async () => {
    const forged = aDirectory({ ...ledger, [accessFile]: '{}\n' });

    expect(await assay(forged, ['report', '--ledger', 'ledger'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('access/v1/dt=2026-11-29/13.ndjson'),
    });
  });

  it.each([
    [['accesses'], 'report knows access, approvals, sanitisation'],
    [['--since', 'yesterday'], 'is no day'],
    [['--since', '2026-11-02', '--until', '2026-11-01'], '--until is the last day'],
    [['--csv', '--json'], 'one of --csv, --json and --html'],
  ])('refuses %j', async (args, why) => {
    expect(await report(...args)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });
});
