/** How often a model with a given true ratio would pass: what a minimum of rows and a threshold really let through. */
import type { GroupReport } from './fairness-report.ts';
import { logVariance, Z_95 } from './intervals.ts';
import { normalShare } from './normal.ts';
import { SELECTION, sampleOf } from './rates.ts';

export type PassRates = { readonly onPoint: number; readonly onInterval: number };

type Asked = {
  /** The true ratio of the lower rate to the higher one. */
  readonly ratio: number;
  readonly minimum: number;
  /** The rate of the group that has the highest. */
  readonly highestRate: number;
  /** Rows of the group that is compared, and of the one with the highest rate. */
  readonly rows: readonly [number, number];
};

/**
 * The shares of all tables of so many rows on which the measured ratio, and the lower end of its 95 % interval, would
 * reach the minimum. The logarithm of a measured ratio is taken as normal around the true one.
 */
export const passRates = ({ ratio, minimum, highestRate, rows: [compared, highest] }: Asked): PassRates => {
  const error = Math.sqrt(
    logVariance({ rate: ratio * highestRate, rows: compared }) + logVariance({ rate: highestRate, rows: highest }),
  );
  const reaches = (z: number) => normalShare(Math.log(ratio / minimum) / error - z);
  return { onPoint: reaches(0), onInterval: reaches(Z_95) };
};

/** A group of an attribute, or any group that is as small as a policy allows, and how often it would pass. */
export type PowerRow = { readonly group: string | undefined; readonly rows: number; readonly passes: PassRates };

/**
 * The pass rates of each group of an attribute, compared with the group that has the highest selection rate; none where
 * no two groups have enough rows.
 */
export const powerOf = (
  groups: readonly GroupReport[],
  asked: Pick<Asked, 'ratio' | 'minimum'> & { readonly minimumRows: number },
): PowerRow[] => {
  const samples = groups.flatMap(
    ({
      group,
      rates: {
        selection_rate: { value },
      },
    }) => (value === undefined ? [] : [{ group: group.value, ...sampleOf(group, SELECTION, value) }]),
  );
  const [highest, ...others] = samples.sort((a, b) => b.rate - a.rate);
  if (highest === undefined || others.length === 0) return [];
  const smallest = { group: undefined, rows: asked.minimumRows };
  return [...others, smallest].map(({ group, rows }) => ({
    group,
    rows,
    passes: passRates({ ...asked, highestRate: highest.rate, rows: [rows, highest.rows] }),
  }));
};
