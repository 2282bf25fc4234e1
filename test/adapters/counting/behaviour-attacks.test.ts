import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../../lib/adapters/counting/duckdb-behaviour.ts';
import { behaviourParameters } from '../../../lib/domain/checks/bias-and-fairness/behaviour-parameters.ts';
import { whyNotComparable } from '../../../lib/domain/checks/bias-and-fairness/comparable-rows.ts';
import { judgeChanges } from '../../../lib/domain/checks/bias-and-fairness/judge-behaviour.ts';
import { aBehaviourQuestion } from '../../support/a-behaviour-question.ts';

/** Tables that a submitter could write so that decisions which changed are not seen. */

const folder = mkdtempSync(join(tmpdir(), 'behaviour-attacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = { id: string; label: string; prediction: string; race: string; income: string };
const HEAD = ['id', 'label', 'prediction', 'race', 'income'];

/** 1000 rows, 100 of them about people who are black; half of all are decided favorably. */
const LIVE: Row[] = Array.from({ length: 1000 }, (_, index) => ({
  id: `r${index}`,
  label: `${index % 2}`,
  prediction: `${Math.floor(index / 2) % 2}`,
  race: index < 100 ? 'black' : 'white',
  income: `${20_000 + index}`,
}));
const flipped = (row: Row): Row => ({ ...row, prediction: row.prediction === '1' ? '0' : '1' });
/** Every decision about black people changes, and a third of the others. */
const MOST = LIVE.map((row, index) => (index < 100 || index % 3 === 0 ? flipped(row) : row));
/** 40 of the 100 decisions about black people change, which is 4 % of all. */
const SOME = LIVE.map((row, index) => (index < 40 ? flipped(row) : row));

const write = (name: string, rows: readonly Row[], head: readonly string[]): string => {
  const file = join(folder, name);
  const lines = rows.map(({ id, label, prediction, race, income }) => [id, label, prediction, race, income].join());
  writeFileSync(file, `${[head.join(), ...lines].join('\n')}\n`);
  return file;
};

type Asked = { readonly parameters?: object; readonly attributes?: string[]; readonly head?: readonly string[] };
const judge = async (rows: readonly Row[], { parameters = {}, attributes = ['race'], head = HEAD }: Asked = {}) => {
  const asked = { ...behaviourParameters.parse(parameters), threshold: '', live: 'credit-1.0.0' };
  const question = {
    ...aBehaviourQuestion({ protected_attributes: attributes }, {}),
    sameColumns: asked.required_columns ?? [],
  };
  const counts = await compareBehaviour({ now: write('now', rows, head), former: write('live', LIVE, HEAD) }, question);
  return whyNotComparable(counts, asked) ?? judgeChanges(counts, asked);
};

const hideSome = (hide: (row: Row) => Row[]): Row[] => SOME.flatMap((row, index) => (index < 40 ? hide(row) : [row]));
/** Gives each row the id of another one of these values, so that as few decisions as possible change by id. */
const permuted = (rows: readonly Row[], valuesOf: (row: Row) => string): Row[] => {
  const ids = new Map<string, string[]>();
  for (const row of LIVE) ids.set(valuesOf(row), [...(ids.get(valuesOf(row)) ?? []), row.id]);
  return rows.map((row) => ({ ...row, id: ids.get(valuesOf(row))?.shift() ?? 'none' }));
};
const PERMUTED = permuted(LIVE.map(flipped), ({ label, race, prediction }) => `${label} ${race} ${prediction}`);

describe('CK-15 decisions that changed', () => {
  it('are seen in honest tables, and a table that changes none passes', async () => {
    expect(await judge(MOST)).toMatchObject({ status: 'failed' });
    expect(await judge(SOME)).toMatchObject({
      status: 'failed',
      explanation: expect.stringContaining('race black: 40 of 100'),
    });
    expect(await judge(LIVE.map(flipped))).toMatchObject({ status: 'failed' });
    expect(await judge(LIVE)).toMatchObject({ status: 'passed' });
  });

  it.each<[string, Row[], Asked?]>([
    ['left blank', MOST.map((row, index) => (row === LIVE[index] ? row : { ...row, prediction: '' }))],
    ['left blank for most', MOST.map((row, index) => (index % 100 < 40 ? row : { ...row, prediction: 'NaN' }))],
    ['left out', MOST.filter((row, index) => row === LIVE[index])],
    ['left out, with a whole group', MOST.filter((row, index) => row === LIVE[index]).slice(0, 60)],
    ['left out of one group', hideSome(() => [])],
    ['left blank in one group', hideSome((row) => [{ ...row, prediction: '' }])],
    ['said to be about another group', hideSome((row) => [{ ...row, race: 'white' }])],
    ['said to be about no group', hideSome((row) => [{ ...row, race: '' }])],
    ['without an id', hideSome((row) => [{ ...row, id: '' }])],
    [
      'told by another attribute',
      SOME.map((row) => ({ ...row, race: 'north' })),
      { attributes: ['region'], head: HEAD.map((name) => (name === 'race' ? 'region' : name)) },
    ],
    [
      'given to other rows, which have no label here',
      permuted(
        MOST.map((row) => ({ ...row, label: '' })),
        ({ race, prediction }) => `${race} ${prediction}`,
      ),
    ],
    ['given to other rows of a column to be the same', PERMUTED, { parameters: { required_columns: ['Income'] } }],
    [
      'given to other rows, with a blank in a column to be the same',
      PERMUTED.map((row) => ({ ...row, income: '' })),
      { parameters: { required_columns: ['income'] } },
    ],
  ])('do not pass where they are %s', async (_, rows, asked) => {
    expect((await judge(rows, asked)).status).not.toBe('passed');
  });

  it('are not seen where they are given to other rows of the same label and attributes, and no column is required', async () => {
    expect(await judge(PERMUTED)).toMatchObject({ status: 'passed', measured: '0.0000 changed' });
  });

  it('may be spelt otherwise in a column to be the same, which the live table may lack or leave blank', async () => {
    const spelt = LIVE.map((row) => ({ ...row, income: `${Number(row.income) / 10}e1` }));
    const parameters = { required_columns: ['income'] };

    expect(await judge(spelt, { parameters })).toMatchObject({
      status: 'passed',
      explanation: expect.stringContaining('Rows were also compared by income.'),
    });
    const more = HEAD.map((name) => (name === 'income' ? 'term' : name));
    expect(await judge(LIVE, { parameters: { required_columns: ['term'] }, head: more })).toMatchObject({
      status: 'passed',
      explanation: expect.stringContaining('has no column term'),
    });
    await expect(judge(LIVE, { parameters: { required_columns: ['term'] } })).rejects.toThrow('lacks column term');
  });
});
