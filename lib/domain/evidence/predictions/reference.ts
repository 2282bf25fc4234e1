import * as z from 'zod';
import { visible } from '../../visible-text.ts';

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

export const Line = visible(
  z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text'),
);
export const Column = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a column name');

/** Where the predictions on the held-out test data are, and what their columns mean. */
export const PredictionsReference = z
  .strictObject({
    uri: S3Uri,
    label_column: Column,
    prediction_column: Column,
    /** `row_id` identifies rows, so that tables of predictions can be compared row by row. */
    columns: z.strictObject({ row_id: Column }).optional(),
    /** What `columns.row_id` was called in earlier manifests. */
    id_column: Column.optional(),
    score_column: Column.optional(),
    weight_column: Column.optional(),
    favorable_value: Line,
    protected_attributes: z.array(Column).min(1).max(16),
  })
  .refine(({ columns, id_column }) => columns === undefined || id_column === undefined, {
    path: ['id_column'],
    error: 'is the former name of predictions.columns.row_id: give only that',
  });

/** The column that identifies rows, by whichever name the manifest has for it. */
export const rowIdOf = ({
  columns,
  id_column,
}: Pick<z.infer<typeof PredictionsReference>, 'columns' | 'id_column'>): string | undefined =>
  columns?.row_id ?? id_column;
