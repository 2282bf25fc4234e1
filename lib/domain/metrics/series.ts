/** Samples as a monitoring system has them at one moment, and the few operations that alerts are made of. */

export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. Its labels tell it apart from the others of that name. */
export type Sample = { readonly name: string; readonly labels: Labels; readonly value: number };

/** All samples at an instant, which is in seconds since the Unix epoch. */
export type Moment = { readonly seconds: number; readonly samples: readonly Sample[] };

/** Samples whose name no longer matters. */
export type Series = readonly { readonly labels: Labels; readonly value: number }[];

/** The samples of a metric whose labels include these. */
export const select = ({ samples }: Moment, name: string, labels: Labels = {}): Series =>
  samples
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .map(({ labels: all, value }) => ({ labels: all, value }));

export const where = (series: Series, condition: (value: number) => boolean): Series =>
  series.filter(({ value }) => condition(value));

/** Those of the series that are not among the others, by their labels. */
export const unless = (series: Series, others: Series): Series => {
  const there = new Set(others.map(({ labels }) => keyOf(labels)));
  return series.filter(({ labels }) => !there.has(keyOf(labels)));
};

/** The series, and those of the others that differ from all of them in these labels. */
export const union = (series: Series, others: Series, on: readonly string[]): Series => {
  const there = new Set(series.map(({ labels }) => keyOf(labels, on)));
  return [...series, ...others.filter(({ labels }) => !there.has(keyOf(labels, on)))];
};

/** Those of the series that are among the others too, by their labels, if both values are as the condition says. */
export const combine = (series: Series, others: Series, condition: (one: number, other: number) => boolean): Series => {
  const there = new Map(others.map(({ labels, value }) => [keyOf(labels), value]));
  return series.filter(({ labels, value }) => {
    const other = there.get(keyOf(labels));
    return other !== undefined && condition(value, other);
  });
};

/** One series without labels: how many there are. As in PromQL it is none at all where there are none. */
export const count = (series: Series): Series => (series.length === 0 ? [] : [{ labels: {}, value: series.length }]);

/** An empty label is one that is not there. */
const keyOf = (labels: Labels, on: readonly string[] = Object.keys(labels)): string =>
  JSON.stringify(
    on
      .filter((key) => labels[key])
      .map((key) => [key, labels[key]])
      .sort(),
  );
