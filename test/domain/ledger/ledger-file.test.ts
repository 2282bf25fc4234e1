import { expect, it } from 'vitest';
import { readLedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { aLedger } from './a-ledger.ts';

it('a bundle under the date of another day is a problem, and names where its entry belongs', async () => {
  const bundle = (await aLedger()).find(({ key }) => key.startsWith('bundles/'));
  if (bundle === undefined) throw new Error('the ledger has bundles');

  expect(readLedgerFile({ ...bundle, key: bundle.key.replace('2026-11-20', '2026-11-19') })).toMatchObject({
    why: expect.stringContaining(`entry 0 belongs in ${bundle.key}`),
  });
});
