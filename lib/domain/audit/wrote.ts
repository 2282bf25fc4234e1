/** What the events of a ledger wrote, from its files (docs/formats/recorded-rows.md). */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { rowsKey } from '../ledger/bundle.ts';
import { type AuditEvent, EventType } from '../ledger/event.ts';
import { type BundleFile, type Entry, type LedgerFile, readLedgerFile } from '../ledger/ledger-file.ts';
import { boundRows } from '../ledger/recorded-line.ts';
import { linesOf } from '../ledger/rows-file.ts';
import { Word } from '../stored.ts';
import { strayRows } from './rows-of-events.ts';

/** A row as it was stored, but for its secrets. What else it has depends on its kind, and on the version that wrote it. */
const RecordedRow = z.looseObject({ pk: z.string(), sk: z.string(), entity: Word, version: z.int().min(1) });
export type RecordedRow = z.infer<typeof RecordedRow>;

const RecordedDue = z.object({ intent: z.looseObject({ kind: Word }), dueAt: Instant });
export type RecordedDue = z.infer<typeof RecordedDue>;

const Line = z.object({ rows: z.array(RecordedRow), due: z.array(RecordedDue) });

/** What one event wrote; undefined if a version committed it that recorded none, or the log's writer found none in the table. */
export type Wrote = Entry & { readonly wrote: z.infer<typeof Line> | undefined };

/** Establishes of each entry of the log, in its order, what it wrote. Throws if a line is missing, is not the one that its event binds, has rows that such an event cannot have written, or is of an event that only another version knows. */
export const wroteIn = (files: Iterable<LedgerFile>): Wrote[] => {
  const bundles: BundleFile[] = [];
  const rows = new Map<string, Uint8Array>();
  for (const file of files) {
    if (file.key.startsWith('rows/')) rows.set(file.key, file.bytes);
    const read = file.key.startsWith('bundles/') ? readLedgerFile(file) : undefined;
    if (read !== undefined && 'firstIndex' in read) bundles.push(read);
  }
  return bundles
    .toSorted((one, other) => one.firstIndex - other.firstIndex)
    .flatMap(({ key, entries }) => {
      const lines = linesOf(rows.get(rowsKey(key)) ?? new Uint8Array());
      return entries.map((entry, index) => ({ ...entry, wrote: wroteBy(entry.event, lines[index]) }));
    });
};

const wroteBy = (event: AuditEvent, line: Uint8Array | undefined): Wrote['wrote'] => {
  if (line?.length === 0) return undefined;
  const bound = boundRows(event, line);
  if (bound === undefined) return undefined;
  const read = Line.parse(JSON.parse(new TextDecoder().decode(bound)));
  const [stray] = isUnknown(event) && isSomething(read) ? [unknownRows(event)] : strayRows(event, read.rows);
  if (stray === undefined) return read;
  throw new Error(`could not take the rows of event ${event.seq} of ${event.model}: ${stray}`);
};

/** Nothing says what an event of another version may bring. A table without it would be as wrong as one that believes it. */
const isUnknown = ({ event_type: type }: AuditEvent): boolean => !EventType.safeParse(type).success;
const isSomething = ({ rows, due }: z.infer<typeof Line>): boolean => rows.length + due.length > 0;
const unknownRows = ({ event_type: type }: AuditEvent): string =>
  `this version does not know what ${type} brings; take the newest version that has run on this deployment, and if that does not know it either, find out who appended the event`;
