import type * as z from 'zod';

/** The key of a record: its partition, and its name within the partition. */
export type RecordKey = { readonly partition: string; readonly sort: string };

/** A kind of record in the store: its schema, and how its key is made from its fields. */
export interface RecordKind<R, Id extends readonly string[], Owner extends readonly string[]> {
  readonly schema: z.ZodType<R>;
  /** Where its records lie, `*` for what tells their partitions apart: who may write there is decided by it. */
  readonly partitions: string;
  key(...id: Id): RecordKey;
  /** The partition that holds one owner's records of this kind, and the prefix of their names there. */
  prefix(...owner: Owner): RecordKey;
  /**
   * A method, not a property: TypeScript compares method parameters bivariantly, so a kind of one record fits where a
   * kind of any record is expected.
   */
  keyOf(record: R): RecordKey;
}

/**
 * How a key is made. The fields in `of` name the owner of the partition; the fields in `by` tell that owner's records
 * apart. A kind without `by` has one record per owner.
 */
type Place<Of, By> = {
  readonly partition: string;
  readonly of: Of;
  readonly sort: string;
  readonly by?: By;
};

/** The fields that a key can be made of: those that hold strings. */
type KeyField<R> = { [F in keyof R]-?: R[F] extends string ? F : never }[keyof R] & string;
/** A tuple with one string per field. */
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
    partitions: of.length === 0 ? partition : `${partition}#*`,
    key: (...id) => key(id),
    prefix: (...owner) => ({ partition: key(owner).partition, sort: `${sort}#` }),
    keyOf: (record) => key([...of, ...(by ?? [])].map((field) => record[field])),
  };
};
