import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import type { LedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { aLedger, aRecordedStory, aStory, LOG_PUBLIC_KEY } from '../ledger/a-ledger.ts';

const RUNS = [3, 5, aStory().length - 8];
const FIRST = 'rows/v1/dt=2026-11-20/000000000000.ndjson';
const demands = { logPublicKeyPem: LOG_PUBLIC_KEY };

const verified = async (change: (files: LedgerFile[]) => LedgerFile[] = (files) => files) => {
  const { problems, rows } = await verifyLedger(change(await aLedger(aRecordedStory(), RUNS)), demands);
  return { problems, rows };
};

/** The ledger with other lines in the first file of rows. */
const withLines = (change: (lines: string[]) => string) => (files: LedgerFile[]) =>
  files.map(({ key, bytes }) => {
    if (key !== FIRST) return { key, bytes };
    const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
    return { key, bytes: Buffer.from(change(lines)) };
  });

describe('the rows of a ledger', () => {
  it('are those that the events bind', async () => {
    expect(await verified()).toEqual({ problems: [], rows: { recorded: aStory().length, unrecorded: 0 } });
  });

  it('are not there for events of a version that recorded none, which is no problem', async () => {
    const { problems, rows } = await verifyLedger(await aLedger(), demands);

    expect(problems).toEqual([]);
    expect(rows).toEqual({ recorded: 0, unrecorded: aStory().length });
  });

  it('may begin in the middle of a bundle, after an upgrade', async () => {
    let committed = 0;
    const mixed = aStory(() => {
      committed += 1;
      return committed <= 5 ? undefined : Buffer.from('{"due":[],"rows":[]}');
    });

    const { problems, rows } = await verifyLedger(await aLedger(mixed, RUNS), demands);

    expect(problems).toEqual([]);
    expect(rows).toEqual({ recorded: mixed.length - 5, unrecorded: 5 });
  });

  it.each([
    [
      'a row says something else',
      (lines: string[]) => `${lines.join('\n').replace('key', 'kez')}\n`,
      'does not have the rows that entry 0 of the log binds',
    ],
    [
      'two lines are exchanged',
      ([a, b, c]: string[]) => `${a}\n${c}\n${b}\n`,
      'does not have the rows that entry 1 of the log binds',
    ],
    ['a line is gone', ([a, b]: string[]) => `${a}\n${b}\n`, 'has 2 lines, but its bundle has 3 entries'],
    ['the end is cut off', (lines: string[]) => lines.join('\n'), 'does not end with a newline'],
  ])('do not hold if %s', async (_, change, why) => {
    expect((await verified(withLines(change))).problems).toContainEqual({ key: FIRST, why });
  });

  it('do not hold if what an event binds is no line of rows', async () => {
    const events = aStory(({ idempotency_key: key }) => Buffer.from(`"${key}"`));

    const { problems } = await verifyLedger(await aLedger(events, RUNS), demands);

    expect(problems).toContainEqual({ key: FIRST, why: 'does not have rows where entry 2 of the log binds some' });
  });

  it('do not hold if the log writer found none where an event binds some', async () => {
    const { problems } = await verified(withLines(([_, ...others]) => `\n${others.join('\n')}\n`));

    expect(problems).toEqual([{ key: FIRST, why: 'has no rows: the table had not what entry 0 of the log binds' }]);
  });

  it('do not hold if a file is missing', async () => {
    const { problems } = await verified((files) => files.filter(({ key }) => key !== FIRST));

    expect(problems).toEqual([{ key: FIRST, why: 'is missing: entry 0 of the log binds what it wrote' }]);
  });

  it('do not hold if there are some that no event binds', async () => {
    const strange = 'rows/v1/dt=2026-11-20/000000000001.ndjson';
    const bytes = Buffer.from('{}\n');

    const { problems } = await verified((files) => [...files, { key: strange, bytes }]);

    expect(problems).toEqual([{ key: strange, why: 'has the rows of no bundle' }]);
  });

  it('do not hold if an event that binds none has some', async () => {
    const files = await aLedger();

    const { problems } = await verifyLedger([...files, { key: FIRST, bytes: Buffer.from('\n{}\n\n') }], {});

    expect(problems.map(({ key }) => key)).toContain(FIRST);
  });

  it('lie under keys of their form alone', async () => {
    const { problems } = await verified((files) => [
      ...files,
      { key: 'rows/v1/other.ndjson', bytes: Buffer.from('\n') },
    ]);

    expect(problems).toEqual([{ key: 'rows/v1/other.ndjson', why: 'is not a key of rows' }]);
  });
});
