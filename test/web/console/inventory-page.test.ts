/** The inventory as a page: who answers for what, and what nobody answers for. */
import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type InventoryRow, inventoryCsv, inventoryPage } from '../../../lib/web/console/inventory-page.ts';
import { aViewer } from '../../support/a-viewer.ts';
import { NOW } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';

const aRow = (changes: Partial<InventoryRow> = {}): InventoryRow => ({
  modelName: 'churn',
  endpointName: 'churn-prod',
  owner: 'Retention team',
  riskTier: 'low',
  servingVersion: '2.1.0',
  servingReleaseId: 'churn-2-1-0',
  latestVersion: '',
  latestReleaseId: '',
  trainingData: 's3://data/churn',
  trainingDataSha256: '',
  deploymentStatus: 'production',
  governanceStatus: 'governed',
  approvedUntil: NOW,
  note: '',
  ...changes,
});

const EARLIER = plusMilliseconds(NOW, -120_000);
const pageOf = (rows: readonly InventoryRow[], next?: string) =>
  read(inventoryPage({ rows, next, measuredAt: undefined }, aViewer()));

describe('the page of the inventory', () => {
  it('says that there is nothing yet, and nothing about owners', async () => {
    const text = await pageOf([]);

    expect(text).toContain('There are none yet.');
    expect(text).not.toContain('Without an owner');
  });

  it('names the owner, the state and the versions of a model', async () => {
    const text = await pageOf(
      [aRow({ latestVersion: '2.2.0', latestReleaseId: 'churn-2-2-0', trainingDataSha256: 'ab'.repeat(32) })],
      'churn',
    );

    expect(text).toMatch(/churn low tier Retention team ✓ governed until 21 Nov 2026.* production on churn-prod/);
    expect(text).toMatch(/serves 2\.1\.0 waits: 2\.2\.0 s3:\/\/data\/churn abababababab /);
    expect(text).toContain('The next models');
    expect(text).not.toContain('Without an owner');
  });

  it('says when what serves was last looked at, or that nobody has looked yet', async () => {
    const looked = await read(inventoryPage({ rows: [], next: undefined, measuredAt: EARLIER }, aViewer({ now: NOW })));

    expect(looked).toContain('What serves was last looked at 2 min ago.');
    expect(await pageOf([])).toContain('What serves has not been looked at yet.');
  });

  it('says of a model that nothing of it serves, and what the last sweep found', async () => {
    const row = aRow({
      ...{ endpointName: '', servingVersion: '', governanceStatus: '', deploymentStatus: 'development' },
      ...{ approvedUntil: undefined, note: 'it serves other bytes' },
    });

    expect(await pageOf([row])).toMatch(/nothing serves it serves other bytes development/);
  });

  it.each([
    [[aRow({ owner: '' })], 'churn: nobody answers for it.'],
    [
      [aRow({ owner: '' }), aRow({ owner: '', modelName: '', endpointName: 'shadow', riskTier: undefined })],
      'churn, shadow: nobody answers for them.',
    ],
  ])('says on top who has no owner (%#)', async (rows, said) => {
    const text = await pageOf(rows);

    expect(text).toContain(said);
    expect(text).toContain('✕ nobody');
  });
});

describe('the export as CSV', () => {
  it('has a line for each row, with every quotation mark doubled and nothing that a spreadsheet runs', () => {
    const [head = '', line = ''] = inventoryCsv([aRow({ owner: '@SUM("A")', riskTier: undefined })], {
      at: NOW,
      measuredAt: EARLIER,
    }).split('\r\n');

    expect(head.split(',')).toHaveLength(line.split(',').length);
    expect(line).toContain(`"churn","'@SUM(""A"")",""`);
    expect(head).toMatch(/"at","measured_at"$/);
    expect(line).toMatch(new RegExp(`"${NOW}","${EARLIER}"$`));
    expect(inventoryCsv([aRow()], { at: NOW, measuredAt: undefined })).toContain(`"${NOW}",""`);
  });
});
