import type * as z from 'zod';

/** Where a record lies: in a partition, under a name of its own. */
export type RecordKey = { readonly partition: string; readonly sort: string };

/** A kind of record that the store keeps: its shape, and which of its fields make its key. */
export interface RecordKind<R, Id extends readonly string[], Owner extends readonly string[]> {
  readonly schema: z.ZodType<R>;
  key(...id: Id): RecordKey;
  /** The partition of one owner's records of this kind, and how their names begin there. */
  prefix(...owner: Owner): RecordKey;
  /** A method and not a property, so that a kind of one record can stand for a kind of any. */
  keyOf(record: R): RecordKey;
}

/**
 * How a key is made: the values of `of` say whose partition it is, those of `by` tell the owner's records apart. A kind
 * without `by` has one record for each owner.
 */
type Place<Of, By> = {
  readonly partition: string;
  readonly of: Of;
  readonly sort: string;
  readonly by?: By;
};

/** The fields that a key can be made of. */
type KeyField<R> = { [F in keyof R]-?: R[F] extends string ? F : never }[keyof R] & string;
/** As many strings as there are fields. */
type Values<Fields extends readonly string[]> = { -readonly [I in keyof Fields]: string };

export const defineKind = <
  R,
  const Of extends readonly KeyField<R>[],
  const By extends readonly KeyField<R>[] = readonly [],
>(
  schema: z.ZodType<R>,
  { partition, of, sort, by }: Place<Of, By>,
): RecordKind<R, [...Values<Of>, ...Values<By>], Values<Of>> => {
  const key = (id: readonly unknown[]): RecordKey => ({
    partition: [partition, ...id.slice(0, of.length)].join('#'),
    sort: [sort, ...id.slice(of.length)].join('#'),
  });
  return {
    schema,
    key: (...id) => key(id),
    prefix: (...owner) => ({ partition: key(owner).partition, sort: `${sort}#` }),
    keyOf: (record) => key([...of, ...(by ?? [])].map((field) => record[field])),
  };
};
