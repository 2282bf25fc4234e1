/** What is asked when the decisions of two releases are compared row by row. */
import type * as z from 'zod';
import { distinctColumns, isSameColumn } from './column-names.ts';
import { type PredictionsReference, rowIdOf } from './reference.ts';

type Reference = z.infer<typeof PredictionsReference>;

/** What is read of one of the two tables. */
type Side = Pick<Reference, 'label_column' | 'prediction_column' | 'favorable_value'> & { readonly rowId: string };

/** A protected attribute of either release, and what each table calls it; undefined where its manifest does not name it. */
type ComparedAttribute = {
  readonly name: string;
  readonly now: string | undefined;
  readonly former: string | undefined;
};

export type BehaviourQuestion = {
  readonly now: Side;
  readonly former: Side;
  /** Those of the release first. Those of the live release alone are asked too: a new manifest must not hide a group. */
  readonly attributes: readonly ComparedAttribute[];
  /** Further columns that a row must have alike in both tables. */
  readonly sameColumns: readonly string[];
};

/** Undefined where one of the two manifests does not say which column tells rows apart. */
export const behaviourQuestion = (now: Reference, former: Reference): BehaviourQuestion | undefined => {
  const [rowId, formerRowId] = [rowIdOf(now), rowIdOf(former)];
  if (rowId === undefined || formerRowId === undefined) return undefined;
  const own = now.protected_attributes.map((name) => ({ name, now: name, former: named(name, former) }));
  const others = former.protected_attributes.filter((name) => named(name, now) === undefined);
  return {
    now: { ...now, rowId },
    former: { ...former, rowId: formerRowId },
    attributes: [...own, ...others.map((name) => ({ name, now: undefined, former: name }))],
    sameColumns: [],
  };
};

const named = (name: string, { protected_attributes }: Reference): string | undefined =>
  protected_attributes.find((other) => isSameColumn(other, name));

/**
 * Every column that each table must have. What the live release's table lacks of `sameColumns` nobody can add to it, and
 * its submitter could not know of.
 */
export const behaviourColumns = ({ now, former, attributes, sameColumns }: BehaviourQuestion) => ({
  now: distinctColumns([...sideColumns(now), ...attributes.flatMap((one) => one.now ?? []), ...sameColumns]),
  former: distinctColumns([...sideColumns(former), ...attributes.flatMap((one) => one.former ?? [])]),
});

const sideColumns = ({ rowId, label_column, prediction_column }: Side): string[] => [
  rowId,
  label_column,
  prediction_column,
];
