/** What the entries of a bundle wrote, a line each (docs/formats/recorded-rows.md). */
import * as z from 'zod';
import type { Sha256 } from '../identifiers.ts';
import { sha256 } from '../signing/canonical-json.ts';

/** Of a row, what it claims to be: whether it may is judged by its event. */
const BroughtRow = z.object({
  entity: z.string(),
  modelName: z.unknown().optional(),
  releaseId: z.unknown().optional(),
  state: z.unknown().optional(),
  /** A policy that was put on record: its digest says which it is. */
  policy: z.unknown().optional(),
});
export type BroughtRow = z.infer<typeof BroughtRow>;
const Line = z.object({ rows: z.array(BroughtRow) });

/** The digests of the lines, and what their rows claim to be: the rest is read once it is known that it is what was committed. */
export type RowsFile = {
  readonly kind: 'rows';
  readonly key: string;
  /** `rows` is undefined where a line is none. */
  readonly lines: readonly {
    readonly sha256: Sha256;
    readonly isEmpty: boolean;
    readonly rows: readonly BroughtRow[] | undefined;
  }[];
};

const NEWLINE = 0x0a;
const ROWS_KEY = /^rows\/v1\/dt=\d{4}-\d\d-\d\d\/\d{12}\.ndjson$/;

export const readRowsFile = (key: string, bytes: Uint8Array): RowsFile | { readonly problem: string } => {
  if (!ROWS_KEY.test(key)) return { problem: 'is not a key of rows' };
  if (bytes.at(-1) !== NEWLINE) return { problem: 'does not end with a newline' };
  return {
    kind: 'rows',
    key,
    lines: linesOf(bytes).map((line) => ({ sha256: sha256(line), isEmpty: line.length === 0, rows: rowsIn(line) })),
  };
};

const rowsIn = (line: Uint8Array): readonly BroughtRow[] | undefined => {
  try {
    return Line.parse(JSON.parse(new TextDecoder().decode(line))).rows;
  } catch {
    return undefined;
  }
};

/** The lines of a file, each without its newline. */
export const linesOf = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = [];
  for (let start = 0, end = bytes.indexOf(NEWLINE); end >= 0; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end));
  }
  return lines;
};
