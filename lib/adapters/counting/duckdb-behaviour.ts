import { stat } from 'node:fs/promises';
import type { BehaviourCounts } from '../../domain/evidence/predictions/behaviour.ts';
import { behaviourOf } from '../../domain/evidence/predictions/behaviour-counts.ts';
import { type BehaviourQuestion, behaviourColumns } from '../../domain/evidence/predictions/behaviour-question.ts';
import {
  type BehaviourStatement,
  behaviourSql,
  type FurtherColumn,
  repeatedIdsSql,
} from '../../domain/evidence/predictions/behaviour-sql.ts';
import { isSameColumn } from '../../domain/evidence/predictions/column-names.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type FoundColumn, FURTHER_MAX } from './duckdb-columns.ts';
import { type EngineLimits, TOO_MUCH_MEMORY } from './duckdb-engine.ts';
import { lookAtIds, WHOLE_TYPES } from './duckdb-ids.ts';
import { type Described, useTables } from './duckdb-outcome-counts.ts';

/** The table of the release, and that of the live one. */
export type TwoTables = { readonly now: string; readonly former: string };

/** Larger tables have too many different cells for the memory of a Lambda. */
const LOOKED_FURTHER_MAX_BYTES = 64 * 1024 ** 2;

/** Compares the decisions in two local tables row by row, and looks at the further columns of small ones. */
export const compareBehaviour = async (
  files: TwoTables,
  question: BehaviourQuestion,
  limits: Partial<EngineLimits> = {},
): Promise<BehaviourCounts> => {
  const { size } = await stat(files.now);
  if (size > LOOKED_FURTHER_MAX_BYTES) return compare(files, question, false, limits);
  try {
    return await compare(files, question, true, limits);
  } catch (cause) {
    // A further column may hold a text of its own in each row. Nobody asked for it, so it must not cost the verdict.
    const isMemory = cause instanceof Refusal && cause.message.includes(TOO_MUCH_MEMORY);
    if (!isMemory) throw cause;
    return compare(files, question, false, limits);
  }
};

const compare = async (
  files: TwoTables,
  question: BehaviourQuestion,
  looksFurther: boolean,
  limits: Partial<EngineLimits>,
): Promise<BehaviourCounts> => {
  const columns = behaviourColumns(question);
  return await useTables(
    [
      { file: files.now, columns: columns.now, ids: [question.now.rowId], field: 'predictions', looksFurther },
      {
        file: files.former,
        columns: columns.former,
        optional: question.sameColumns,
        ids: [question.former.rowId],
        field: LIVE,
      },
    ],
    async (ask, described) => {
      const [here = NO_TABLE, there = NO_TABLE] = described;
      const statement: BehaviourStatement = {
        ...question,
        liveColumns: foundIn(there.found, question),
        further: looksFurther ? furtherIn(here, question) : [],
        ids: await lookAtIds(ask, { here, there }, question),
      };
      const askFor = (make: typeof behaviourSql) => ask(([now = '', former = '']) => make(now, former, statement));
      return behaviourOf(await askFor(behaviourSql), statement, () => askFor(repeatedIdsSql));
    },
    limits,
  );
};

/** The columns to be the same that the live release's table has. */
export const foundIn = (found: readonly FoundColumn[], { sameColumns }: BehaviourQuestion): string[] =>
  sameColumns.filter((name) => found.some((column) => isSameColumn(column.name, name)));

/** Columns to be the same are looked at too. */
const furtherIn = ({ found, further }: Described, { sameColumns }: BehaviourQuestion): FurtherColumn[] => {
  const same = found.filter(({ name }) => sameColumns.includes(name));
  return [...same, ...further]
    .slice(0, FURTHER_MAX)
    .map(({ name, type = '' }) => ({ name, isNumber: NUMBERS.includes(type) }));
};

const NO_TABLE: Described = { found: [], further: [], rows: 0 };

/** How a problem of the live release's table is told from one of the release's own. */
export const LIVE = 'predictions of the live release';

const NUMBERS = [...WHOLE_TYPES, 'float', 'double'];
