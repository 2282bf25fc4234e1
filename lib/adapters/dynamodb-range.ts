/** The part of an index partition between two places of its sort key, of which a query takes one condition. */
import type { Period } from '../domain/change/page.ts';

/** Both are included. */
export type Range = { readonly from?: string | undefined; readonly to?: string | undefined };

/** What lies in both; undefined if nothing can, which DynamoDB refuses to be asked. */
export const meet = (one: Range, other: Range): Range | undefined => {
  const from = [one.from, other.from]
    .filter((end) => end !== undefined)
    .sort()
    .at(-1);
  const [to] = [one.to, other.to].filter((end) => end !== undefined).sort();
  return from !== undefined && to !== undefined && from > to ? undefined : { from, to };
};

export const rangeOf = ({ since, until }: Period): Range => ({ from: since, to: until });

export const isWithin = ({ from, to }: Range, at: string): boolean =>
  (from === undefined || at >= from) && (to === undefined || at <= to);

/** The condition on a sort key, behind that on the partition key. */
export const rangeCondition = (name: string, { from, to }: Range) => ({
  expression:
    from !== undefined && to !== undefined
      ? ` AND ${name} BETWEEN :from AND :to`
      : `${from === undefined ? '' : ` AND ${name} >= :from`}${to === undefined ? '' : ` AND ${name} <= :to`}`,
  values: { ...(from === undefined ? {} : { ':from': from }), ...(to === undefined ? {} : { ':to': to }) },
});
