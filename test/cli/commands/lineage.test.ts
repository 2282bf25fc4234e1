import { describe, expect, it } from 'vitest';
import { LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { auditorsLedger } from '../../support/auditors-story.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const files = await auditorsLedger();
const home = aDirectory({
  'ledger/log.pub': LOG_PUBLIC_KEY,
  ...Object.fromEntries(files.map(({ key, bytes }) => [`ledger/${key}`, bytes])),
});
const lineage = (...args: string[]) => assay(home, ['lineage', ...args]);

describe('assay lineage', () => {
  it('shows a tree and a table of what a copy of the ledger knows (RR-5)', async () => {
    const { code, out, err } = await lineage('credit-1', '--ledger', 'ledger');

    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('credit-1 (credit 1.0.0): production, serves now  [entry 22]');
    expect(out).toContain('   └─ trained on the same snapshot: pricing-1 (pricing 0.1.0): draft  [entry 24]');
    expect(err).toContain('Found in 25 entries of the log');
  });

  it('gives JSON and CSV, each row with its proof', async () => {
    const json = JSON.parse((await lineage('pricing-1', '--ledger', 'ledger', '--json')).out);
    const csv = await lineage('pricing-1', '--ledger', 'ledger', '--csv');

    expect(json).toMatchObject({ question: 'lineage', parameters: { release: 'pricing-1' }, covers: { entries: 25 } });
    expect(json.rows).toContainEqual(
      expect.objectContaining({ part: 'learning_rate', value: '0.05', leaf_index: 24, event_key: expect.any(String) }),
    );
    expect(csv.out.split('\r\n')).toHaveLength(json.rows.length + 1);
  });

  it('ends with 1 if the log knows no such release', async () => {
    expect(await lineage('nobody-1', '--ledger', 'ledger')).toMatchObject({ code: 1, out: '' });
  });

  it('refuses what it cannot do', async () => {
    expect(await lineage('credit-1', '--csv', '--json')).toMatchObject({ code: 2 });
    expect(await lineage('credit-1', '--key', 'log.pub')).toMatchObject({ code: 2 });
    expect(await lineage('not a release', '--ledger', 'ledger')).toMatchObject({ code: 2 });
  });

  it('asks the API without a copy', async () => {
    const asked: string[] = [];
    const answered = {
      state: 'answered',
      run: 'r',
      columns: [],
      rows: [],
      covers: { entries: 3, until: '' },
      total: 0,
    };
    const { url } = await aServer(({ path }) => {
      if (path.startsWith('/v1/')) asked.push(path);
      return { body: path.startsWith('/v1/') ? answered : { AuthenticationResult: { AccessToken: 'token' } } };
    });

    expect(await assay(aDirectory(endpointsFile(url)), ['lineage', 'credit-1'])).toMatchObject({ code: 1, out: '' });
    // Nothing was found: then it asks whether there is such a release, or a model of that name.
    expect(asked).toEqual(['lineage', 'path', 'trend'].map((name) => `/v1/questions/${name}`));
  });
});
