import type { Instant } from '../identifiers.ts';
import type { ServedPeriod, ServedVariant } from '../records/served-period.ts';

/** One variant of one period: what it served, and its share of the traffic. */
export type Interval = ServedVariant & Pick<ServedPeriod, 'endpointName' | 'endpointConfigName' | 'from' | 'to'>;

/** The table of what served when: a row for each variant of each period, in their order. */
export const intervalsOf = (periods: readonly ServedPeriod[]): Interval[] =>
  periods
    .toSorted((one, other) => (one.from < other.from ? -1 : 1))
    .flatMap(({ endpointName, endpointConfigName, from, to, variants }) =>
      variants.map((variant) => ({
        endpointConfigName,
        ...variant,
        endpointName,
        from,
        ...(to === undefined ? {} : { to }),
      })),
    );

/** Whether a period or an interval of one holds an instant: its first instant belongs to it, and its end to the next. */
export const isServedAt = (
  { from, to }: { readonly from: string; readonly to?: string | undefined },
  at: Instant,
): boolean => from <= at && (to === undefined || at < to);
