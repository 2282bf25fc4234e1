import { describe, expect, it } from 'vitest';
import { questionSql } from '../../../lib/adapters/history/question-sql.ts';
import { APPROVALS } from '../../../lib/domain/questions/approvals.ts';
import { COVERS_SQL, QUESTIONS, questionNamed } from '../../../lib/domain/questions/catalogue.ts';
import { HISTORY_COLUMNS } from '../../../lib/domain/questions/history-row.ts';
import { placesIn } from '../../../lib/domain/questions/literal.ts';
import { LIVE } from '../../../lib/domain/questions/live.ts';
import {
  answerFrom,
  PROOF,
  problemWith,
  type Question,
  savedQuery,
  statementOf,
} from '../../../lib/domain/questions/question.ts';

/** Functions that Athena (Trino) and DuckDB both have, with the same meaning, as they are used here. */
const SHARED_FUNCTIONS = [
  ...['count', 'sum', 'min', 'max', 'coalesce', 'lead', 'lag', 'substr', 'strpos', 'length', 'row_number'],
];
const KEYWORDS = [
  'over',
  'in',
  'and',
  'or',
  'as',
  'not',
  'exists',
  'when',
  'then',
  'where',
  'by',
  'on',
  'with',
  'cast',
];

/** A row of these counts entries, and names the first and the last that it counted. */
const SUMS = new Set(['trend']);

describe.each(QUESTIONS)('the question $name', (question) => {
  const sql = questionSql(question.sql);

  it('is one file, and one of SQL, that have its name', async () => {
    const file = await import(`../../../lib/domain/questions/${question.name}.ts`);

    expect(Object.values(file).filter((one) => QUESTIONS.includes(one as Question))).toEqual([question]);
    expect(question.sql).toBe(`${question.name.replace('-', '_')}.sql`);
  });

  it('has a place for each parameter, and no other', () => {
    expect(placesIn(sql).toSorted()).toEqual(question.parameters.map(({ name }) => name).toSorted());
  });

  it('is asked in what both engines understand', () => {
    const called = [...sql.matchAll(/\b([a-z_]+)\s*\(/gi)].map(([, name = '']) => name.toLowerCase());

    expect(called.filter((name) => !SHARED_FUNCTIONS.includes(name) && !KEYWORDS.includes(name))).toEqual([]);
    expect(sql).not.toMatch(/json|::|\?|`|"|;|--|QUALIFY|GROUP BY ALL|\bILIKE\b/i);
    expect(sql).toContain('FROM history');
    // A place within quotes would be closed by the quotes of its value.
    const unquoted = sql.replaceAll(/'[^']*'/g, '');
    expect(unquoted).not.toContain("'");
    expect(placesIn(unquoted)).toEqual(placesIn(sql));
  });

  it('gives every row its proof: the entry, the event with its hash, and the bundle with the version of its object', () => {
    const proof = SUMS.has(question.name) ? ['leaf_index', 'last_leaf_index'] : PROOF.map(({ name }) => name);
    for (const columns of [question.selects, question.shows ?? question.selects])
      expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(proof));
    for (const name of proof) expect(sql).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('is saved with samples, and says what to replace', () => {
    const [first = '', ...rest] = savedQuery(question, sql).split('\n');

    expect(first).toMatch(/^-- .*\?/);
    for (const { name } of question.parameters) expect(first).toContain(`by ${name} (`);
    expect(rest.join('\n')).not.toContain('{{');
  });
});

describe('the questions', () => {
  it('are found by their names', () => {
    expect(questionNamed('approvals')).toBe(APPROVALS);
    expect(questionNamed('nothing')).toBeUndefined();
    expect(new Set(QUESTIONS.map(({ name }) => name)).size).toBe(QUESTIONS.length);
  });

  it('know how far the table reaches', () => {
    expect(placesIn(questionSql(COVERS_SQL))).toEqual([]);
  });

  it('are asked of columns that the table has', () => {
    const names = HISTORY_COLUMNS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('what people give', () => {
  it.each([
    [{ model: 'credit' }, undefined],
    [{ model: 'credit', since: '2026-01-01' }, undefined],
    [{}, 'model is missing'],
    [{ model: "x' OR 1=1" }, 'model: must be letters'],
    [{ model: 'credit', since: 'monday' }, 'since: must be a day'],
    [{ model: 'credit', other: 'x' }, 'there is no parameter other'],
  ])('%j: %s', (given, problem) => {
    const found = problemWith(APPROVALS, given);
    expect(found === undefined ? undefined : found.slice(0, problem?.length)).toBe(problem);
  });

  it.each(['INC-7\0', 'INC-7\ud800'])('is no text that no engine takes: %j', (incident) => {
    const rollbacks = questionNamed('rollbacks') ?? expect.unreachable('it is there');
    expect(problemWith(rollbacks, { incident })).toMatch(/^incident: has a character that no query can hold/);
  });

  it('is no period that ends before it begins, in days or in instants', () => {
    const day = { model: 'credit', since: '2026-01-02' };
    expect(problemWith(APPROVALS, { ...day, until: '2026-01-01' })).toBe('until: must not be before since');
    expect(problemWith(APPROVALS, { ...day, until: '2026-01-02' })).toBeUndefined();
    expect(problemWith(APPROVALS, day)).toBeUndefined();
    const instants = { model: 'm', from: '2026-01-01T00:00:00.001Z', to: '2026-01-01T00:00:00.000Z' };
    expect(problemWith(LIVE, instants)).toBe('to: must not be before from');
    expect(problemWith(LIVE, { ...instants, from: instants.to })).toBeUndefined();
    expect(problemWith(LIVE, { model: 'm', to: instants.to })).toBeUndefined();
  });

  it('becomes literals, and what they leave out is what it is otherwise', () => {
    const sql = statementOf(APPROVALS, questionSql(APPROVALS.sql), { model: 'credit', since: '2026-01-01' });

    expect(sql).toContain("model = 'credit'");
    expect(sql).toContain("dt >= '2026-01-01'");
    expect(sql).toContain("dt <= '9999-12-31'");
    expect(statementOf(LIVE, questionSql(LIVE.sql), { model: 'm', from: '1970-01-01T00:00:01.002Z' })).toContain(
      '> 1002)',
    );
    expect(() => statementOf(LIVE, questionSql(LIVE.sql), {})).toThrow('model is missing');
  });
});

describe('an answer', () => {
  const covers = { entries: 3, until: '2026-11-20T10:00:00.000Z' };

  it('has numbers and texts, whatever the engine makes of them', () => {
    const { rows } = answerFrom(
      LIVE,
      {},
      [{ leaf_index: '7', reason: null, live_from: 'x' }, { leaf_index: 8n }],
      covers,
    );

    expect(rows).toMatchObject([
      { leaf_index: 7, reason: '', live_from: 'x' },
      { leaf_index: 8, live_from: '' },
    ]);
  });

  it('is what the question makes of the rows', () => {
    const shows = [{ name: 'n', heading: 'n', type: 'count' as const }];
    const counted = { ...LIVE, shows, answer: (found: readonly unknown[]) => [{ n: found.length }] };

    expect(answerFrom(counted, {}, [{}, {}], covers)).toEqual({ columns: shows, rows: [{ n: 2 }], covers });
  });
});
