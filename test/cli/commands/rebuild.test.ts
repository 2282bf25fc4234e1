import { describe, expect, it } from 'vitest';
import { aLedger, aStory, LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:release';

/** A table that is empty, and a machine of which one execution runs. */
const anAccount = () =>
  aServer(({ headers }) => {
    const called = String(headers['x-amz-target']);
    if (called.endsWith('ListExecutions')) return { body: { executions: [{ executionArn: `${MACHINE}:one` }] } };
    return { body: called.endsWith('Scan') ? { Items: [] } : {} };
  });

/** A ledger in which this event, and no other, wrote this row. */
const ledgerWith = async (type: string, row: object) => {
  const story = aStory(({ event_type, release_id }) =>
    Buffer.from(JSON.stringify({ due: [], rows: event_type === type && release_id === 'credit-1' ? [row] : [] })),
  );
  const files = (await aLedger(story)).map(({ key, bytes }) => [`ledger/${key}`, bytes] as const);
  return { ...Object.fromEntries(files), 'ledger/log.pub': LOG_PUBLIC_KEY };
};

const rebuildFrom = async (files: Readonly<Record<string, string | Uint8Array>>) => {
  const account = await anAccount();
  const home = aDirectory({ ...endpointsFile(account.url), ...files });
  const words = ['ledger', '--into', 'empty', '--key', 'ledger/log.pub', '--release-machine', MACHINE];
  const ended = await assay(home, ['rebuild', ...words]);
  const calls = account.received.map(({ headers }) => String(headers['x-amz-target']).split('.').at(-1));
  return { ...ended, calls };
};

describe('assay rebuild', () => {
  it('stops what runs before it writes anything', async () => {
    const { code, out, calls } = await rebuildFrom(await ledgerWith('none', {}));

    expect(code).toBe(0);
    expect(out).toContain('1 execution stopped');
    expect(calls.indexOf('StopExecution')).toBeGreaterThan(-1);
    expect(calls.indexOf('StopExecution')).toBeLessThan(calls.indexOf('PutItem'));
  });

  it('stops nothing for a ledger that makes no table: what runs still has its own', async () => {
    const row = { pk: 'RELEASE#credit-1', sk: 'META', entity: 'release', version: 2, releaseId: 'credit-1' };
    const of = { modelName: 'credit', state: 'draft' };

    const { err, calls } = await rebuildFrom(await ledgerWith('release_requested', { ...row, ...of }));

    expect(err).toContain('its versions are 2, and not each from 1 on once');
    expect(calls).not.toContain('StopExecution');
    expect(calls).not.toContain('PutItem');
  });
});
