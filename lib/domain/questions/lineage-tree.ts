import type { LineageBranch } from './lineage.ts';
import type { Row } from './question.ts';

/** A branch of a picture: what it says, by which entry of the log, and what grows from it. */
export type Branch = { readonly says: string; readonly entry?: number; readonly below: readonly Branch[] };

/** The branches in their order, as a picture names them. */
const TITLES: readonly (readonly [branch: LineageBranch, title: string])[] = [
  ['owner', 'owner'],
  ['code', 'code'],
  ['data', 'data'],
  ['hyperparameters', 'hyperparameters'],
  ['training', 'training and image'],
  ['came from', 'releases before it'],
  ['became', 'what it became'],
  ['same data', 'what else has its data'],
];

/** The lineage of a release as a tree, from the rows of its answer: what it came from, what came from it, and what shares its data. */
export const lineageTree = (rows: readonly Row[]): Branch[] =>
  rows
    .filter(({ branch }) => branch === 'release')
    .map((row) => ({
      ...leaf(row),
      below: TITLES.flatMap(([name, says]) => {
        const below = rows.filter(({ branch }) => branch === name).map(leaf);
        return below.length === 0 ? [] : [{ says, below }];
      }),
    }));

const leaf = (row: Row): Branch => ({ says: saysOf(row), entry: Number(row['leaf_index']), below: [] });

const saysOf = ({ branch, part, value, model, model_version: version, state, serves }: Row): string => {
  if (model === '') return `${part}: ${value}`;
  const standing = `${value} (${model} ${version}): ${state}${serves === 'yes' ? ', serves now' : ''}`;
  return branch === 'release' ? standing : `${part}: ${standing}`;
};
