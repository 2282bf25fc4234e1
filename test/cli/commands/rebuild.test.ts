import { describe, expect, it } from 'vitest';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { aDraft, aLedger, aStory, LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { everyKind } from '../../support/every-kind.ts';
import { releaseId } from '../../support/release-life.ts';
import { aDirectory, aServer, assay, endpointsFile, type Received } from '../assay.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:release';
const DENIED = { __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException', message: 'not yours to write' };

const whatOf = ({ headers, body }: Received): string => {
  const called = String(headers['x-amz-target']).split('.').at(-1) ?? '';
  return called === 'PutItem' ? (body.includes('"OUTBOX#') ? 'side effect' : 'row') : called;
};

/** A table that is empty and takes all but this, and a machine of which two executions run, the other for a release that no copy has. */
const anAccount = (denied?: string) =>
  aServer((call) => {
    const what = whatOf(call);
    if (what === denied) return { status: 400, body: DENIED };
    if (what === 'ListExecutions')
      return { body: { executions: ['later', 'one'].map((name) => ({ executionArn: `${MACHINE}:${name}` })) } };
    if (what === 'DescribeExecution') {
      const releaseId = call.body.includes(':one') ? CREDIT.releaseId : 'credit-2';
      return { body: { input: JSON.stringify({ releaseId }) } };
    }
    return { body: what === 'Scan' ? { Items: [] } : {} };
  });

const CREDIT = { releaseId: releaseId('credit-1'), modelName: ModelName.parse('credit') };
/** What the request of a release wrote: it waits for its checks, and so begins again in a table that is rebuilt. */
const requested = (): Record<string, unknown> => {
  const entity = { ...everyKind(CREDIT).release.record, state: 'draft' as const };
  const event = aDraft({ event_type: 'release_requested' });
  const { line } = recordChange({ model: 'credit', event, writes: [{ kind: 'create', entity }], intents: [] });
  return JSON.parse(Buffer.from(line).toString('utf8')).rows[0];
};

/** A ledger in which the request of the release wrote this row. */
const ledgerWith = async (row: object) => {
  const story = aStory(({ event_type: type, release_id }) => {
    const rows = type === 'release_requested' && release_id === CREDIT.releaseId ? [row] : [];
    return Buffer.from(JSON.stringify({ due: [], rows }));
  });
  const files = (await aLedger(story)).map(({ key, bytes }) => [`ledger/${key}`, bytes] as const);
  return { ...Object.fromEntries(files), 'ledger/log.pub': LOG_PUBLIC_KEY };
};

const rebuildFrom = async (row: object, denied?: string) => {
  const account = await anAccount(denied);
  const home = aDirectory({ ...endpointsFile(account.url), ...(await ledgerWith(row)) });
  const words = ['ledger', '--into', 'empty', '--key', 'ledger/log.pub', '--release-machine', MACHINE];
  const ended = await assay(home, ['rebuild', ...words]);
  return { ...ended, calls: account.received.map(whatOf) };
};

describe('assay rebuild', () => {
  it('stops what runs once the rows are there, and before what begins others in its place', async () => {
    const { code, out, calls } = await rebuildFrom(requested());

    expect(code).toBe(0);
    expect(out).toContain(
      `stopping ${MACHINE}:one\n1 execution stopped\n1 execution left running, of releases that the copy`,
    );
    const stop = calls.indexOf('StopExecution');
    expect(new Set(calls.slice(calls.indexOf('row'), stop))).toEqual(
      new Set(['row', 'ListExecutions', 'DescribeExecution']),
    );
    expect(calls.filter((call) => call === 'StopExecution')).toHaveLength(1);
    expect(out).toContain(`left running: ${MACHINE}:later, of credit-2\n`);
    expect(calls.slice(stop + 1)).toEqual(['side effect']);
  });

  it('stops nothing for a ledger that makes no table: what runs still has its own', async () => {
    const { err, calls } = await rebuildFrom({ ...requested(), version: 2 });

    expect(err).toContain('its versions are 2, and not each from 1 on once');
    expect(calls).not.toContain('StopExecution');
    expect(calls).not.toContain('row');
  });

  it('stops nothing for a table that it may not write', async () => {
    const { code, err, calls } = await rebuildFrom(requested(), 'row');

    expect(code).toBe(2);
    expect(err).toContain('empty is not whole: run this again with another empty table. No execution was stopped.');
    expect(err).toContain('not yours to write');
    expect(calls).not.toContain('StopExecution');
  });

  it('says what it has stopped, and what becomes of that, where filling breaks off afterwards', async () => {
    const { code, out, err } = await rebuildFrom(requested(), 'side effect');

    expect(code).toBe(2);
    expect(out).toBe(`left running: ${MACHINE}:later, of credit-2\nstopping ${MACHINE}:one\n`);
    expect(err).toContain(
      'another empty table. The releases of what is named above as stopping go on in that table. If the former table stays',
    );
    expect(err).toContain('not yours to write');
  });

  it('does not say that nothing was stopped, or that all was, where the answer did not arrive', async () => {
    const { out, err } = await rebuildFrom(requested(), 'StopExecution');

    expect(out).toContain(`stopping ${MACHINE}:one\n`);
    expect(err).toContain('Whether the last one was stopped is not known: its answer did not arrive. If the former');
    expect(err).toContain('redrive-execution');
  });
});
