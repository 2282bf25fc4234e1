import * as z from 'zod';

/**
 * Without control characters, which take six bytes each in an event, and without lone surrogates, which cannot be
 * hashed.
 */
export const S3Uri = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\s\p{Cc}\p{Cs}]+$/u, 'must be s3://BUCKET/KEY')
  .refine((uri) => Buffer.byteLength(uri) <= 1024, 'must be at most 1024 bytes')
  // S3 treats `.` and `..` as letters, but other software in between treats them as a way out of the bucket.
  .refine((uri) => !/\/\.{1,2}(\/|$)/.test(uri), 'must have no . or .. between slashes');

export const Line = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text');
export const Column = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a column name');

/** Where the predictions on the held-out test data are, and what their columns mean. */
export const PredictionsReference = z.strictObject({
  uri: S3Uri,
  label_column: Column,
  prediction_column: Column,
  /** Identifies rows, so that tables of predictions can be compared row by row. */
  id_column: Column.optional(),
  score_column: Column.optional(),
  weight_column: Column.optional(),
  favorable_value: Line,
  protected_attributes: z.array(Column).min(1).max(16),
});
