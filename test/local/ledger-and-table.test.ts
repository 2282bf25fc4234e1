/** The comparison that ends every deployed story: what it takes as alike, and that it misses nothing. */
import { describe, expect, it } from 'vitest';
import { entityKey, indexAttributes } from '../../lib/adapters/dynamodb-keys.ts';
import type { Change, Write } from '../../lib/domain/change/change.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { recordChange } from '../../lib/domain/change/recorded.ts';
import { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { compared } from '../../local/ledger-and-table.ts';
import { everyKind } from '../support/every-kind.ts';

const releaseId = ReleaseId.parse('credit-1.2.0');
const modelName = ModelName.parse('credit');
const records: Entity[] = Object.values(everyKind({ releaseId, modelName })).map(({ record }) => record);

/** As the store writes them, and as their change is recorded. */
const items = records.map((record) => ({ ...record, ...entityKey(record), ...indexAttributes(record), version: 1 }));
const ledger: { pk: string; sk: string; entity: string; version: number }[] = (() => {
  const writes = records.map((entity): Write => ({ kind: 'create', entity }));
  const { line } = recordChange({ event: { details: {} }, writes, intents: [] } as unknown as Change); // no event is sealed
  return JSON.parse(Buffer.from(line).toString('utf8')).rows;
})();

const STORY = { atLeast: records.length };
const RELEASE = { pk: 'RELEASE#credit-1.2.0', sk: 'META' };
const changed = (what: object) =>
  items.map((item) => (item.pk === RELEASE.pk && item.sk === RELEASE.sk ? { ...item, ...what } : item));

describe('the comparison of table and ledger', () => {
  it('has nothing to say of a row of each kind, without what no ledger has', () => {
    const kept = [
      { pk: 'OUTBOX#ship_event#3', sk: 'credit#1' },
      { pk: 'CHAIN#credit', sk: 'HEAD' },
      { pk: 'SWEEP', sk: 'STATE' },
    ];

    expect(compared([...items, ...kept], ledger, STORY)).toEqual({ rows: records.length, unlike: [] });
    expect(JSON.stringify(items)).toContain('taskToken');
    expect(JSON.stringify(ledger)).not.toContain('taskToken');
  });

  it('tells a row that another hand changed, added or took away', () => {
    const of = JSON.stringify([RELEASE.pk, RELEASE.sk]);
    const isOther = ({ pk, sk }: { pk: string; sk: string }) => JSON.stringify([pk, sk]) !== of;

    expect(compared(changed({ riskTier: 'low' }), ledger, STORY).unlike).toEqual([
      expect.stringMatching(/^\["RELEASE#credit-1.2.0","META"\] is in the table .*"low".*, and in the ledger /),
    ]);
    expect(compared(items.filter(isOther), ledger, STORY).unlike).toEqual([
      `${of} is in the ledger, and not in the table`,
    ]);
    expect(compared(items, ledger.filter(isOther), STORY).unlike).toEqual([
      `${of} is in the table, and not in the ledger`,
    ]);
  });

  it('tells a row that lies under the key of another', () => {
    const there = { pk: 'RELEASE#credit-1.1.0', sk: 'META' };
    const strayed = changed(there);
    const copies = strayed.filter(({ pk, sk }) => pk === there.pk && sk === there.sk);
    const astray = [
      expect.stringMatching(/^\["RELEASE#credit-1.1.0","META"\] is in the table, and not in the ledger$/),
      expect.stringMatching(
        /^\["RELEASE#credit-1.1.0","META"\] lies under .*, and belongs under .*"RELEASE#credit-1.2.0"/,
      ),
    ];

    expect(copies).toHaveLength(1);
    expect(compared([...items, ...copies], ledger, STORY).unlike).toEqual(astray);
    expect(compared(strayed, ledger, STORY).unlike).toEqual([
      ...astray,
      '["RELEASE#credit-1.2.0","META"] is in the ledger, and not in the table',
    ]);
  });

  it.each(['gsi_state_pk', 'gsi_state_sk', 'listed_model', 'model_package_arn'])(
    'tells a row whose %s is missing or another',
    (name) => {
      const without = items.map((item) => Object.fromEntries(Object.entries(item).filter(([one]) => one !== name)));
      const told = expect.stringMatching(/^\["RELEASE#credit-1.2.0","META"\] lies under /);

      expect(compared(without as typeof items, ledger, STORY).unlike).toContainEqual(told);
      expect(compared(changed({ [name]: 'another' }), ledger, STORY).unlike).toEqual([told]);
    },
  );

  it('tells a row that an index lists, and should not', () => {
    const listed = items.map((item) => ({ ...item, listed_model: 'credit' }));

    expect(compared(listed, ledger, STORY).unlike).toHaveLength(items.length - 1);
  });

  it('leaves out a row that a test changed past Assay, and no other', () => {
    const story = { atLeast: records.length - 1, changedPastAssay: [[RELEASE.pk, RELEASE.sk]] as const };

    expect(compared(changed({ state: 'approved' }), ledger, story)).toEqual({ rows: records.length - 1, unlike: [] });
    expect(compared([], ledger, story).unlike).toHaveLength(records.length - 1);
  });

  it('tells where there are fewer rows than the story leaves, though all of them are alike', () => {
    const few = (count: number) => [`${count} rows are there, and the story leaves at least ${records.length + 1}`];

    expect(compared(items, ledger, { atLeast: records.length + 1 }).unlike).toEqual(few(records.length));
    expect(compared([], [], { atLeast: records.length + 1 }).unlike).toEqual(few(0));
  });

  it('tells what is no record, where nothing says why the ledger has it not', () => {
    expect(compared([...items, { pk: 'NOTES#credit', sk: 'META' }], ledger, STORY).unlike).toEqual([
      '["NOTES#credit","META"] is no record, and nothing says why the ledger has it not',
    ]);
  });
});
