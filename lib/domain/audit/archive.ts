/** Judges a manifest of the archive: whether every object of the ledger is kept for as long as it must be. */
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { DAY_MS, HOUR_MS, millisecondsOf } from '../instant.ts';
import { bundlesOf, eventDate } from '../ledger/bundle.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { eventKey } from '../ledger/event.ts';
import type { Problem } from '../ledger/ledger-file.ts';
import { classOf, daysOf, type RetentionDays } from '../ledger/retention-class.ts';

/** An object of the ledger, as the copy has it and as the bucket keeps it. */
export const ArchivedObject = z.strictObject({
  key: z.string(),
  version_id: z.string(),
  size_bytes: z.int().min(0),
  sha256: Sha256,
  /** `GOVERNANCE` or `COMPLIANCE`; empty if it is not locked. */
  lock_mode: z.string(),
  retain_until: z.union([Instant, z.literal('')]),
  legal_hold: z.boolean(),
});
export type ArchivedObject = z.infer<typeof ArchivedObject>;

/** An object of the buckets of evidence and of locked copies. Nobody read it: its digest is the one that it is named by. */
export const KeptObject = ArchivedObject.extend({ bucket: z.string(), written_at: Instant });
export type KeptObject = z.infer<typeof KeptObject>;

/** `archive.json` of a copy (docs/cli.md). */
export const ArchiveManifest = z.strictObject({
  /** 1 has no `kept`. */
  schema_version: z.union([z.literal(1), z.literal(2)]),
  bucket: z.string(),
  taken_at: Instant,
  objects: z.array(ArchivedObject),
  /** Absent if the buckets of evidence were not listed. */
  kept: z.array(KeptObject).optional(),
  /** Which of the buckets in `kept` is that of evidence. Absent in manifests that do not say so: any of them is. */
  evidence_bucket: z.string().optional(),
});
export type ArchiveManifest = z.infer<typeof ArchiveManifest>;

type Demands = {
  /** The days of the classes; undefined if they are not asked for. */
  readonly days: RetentionDays | undefined;
};

/** A hold reaches what came after it within six hours. */
const HELD_WITHIN_MS = 12 * HOUR_MS;

/** Whether what had to be held from then on was to be so when the manifest was taken. */
export const isOverdue = (from: Instant, takenAt: Instant): boolean =>
  millisecondsOf(takenAt) - millisecondsOf(from) > HELD_WITHIN_MS;

/** Establishes that each object was locked when the manifest was taken: for the days of its class, and held if its model is. */
export const archiveProblems = (
  { objects, taken_at: takenAt }: ArchiveManifest,
  events: readonly AuditEvent[],
  { days }: Demands,
): Problem[] => {
  const byKey = new Map(events.map((event) => [eventKey(event), event]));
  const tiers = tiersIn(events);
  const held = heldPlaces(events);
  return objects.flatMap(({ key, retain_until: until, legal_hold: isHeld }) => {
    const event = byKey.get(key);
    const problems: string[] = [];
    if (until === '' && !isHeld) problems.push('is not locked');
    const demand = held.get(key) ?? held.get(folderOf(key));
    if (demand !== undefined && !isHeld && isOverdue(demand.from, takenAt))
      problems.push(`has no legal hold, though ${demand.model} is held`);
    const from = event?.timestamp ?? dayIn(key);
    if (days !== undefined && until !== '' && from !== undefined) {
      const name = event && classOf(event.event_type, tiers.get(event.release_id));
      const needed = daysOf(name, days);
      if (millisecondsOf(until) < millisecondsOf(from) + needed * DAY_MS)
        problems.push(`is locked until ${until}, which is less than ${needed} days`);
    }
    return problems.map((why) => ({ key, why }));
  });
};

/** The tier that each release was taken in with, by which its events are kept. */
const tiersIn = (events: readonly AuditEvent[]): Map<string, string> =>
  new Map(
    events
      .filter(({ event_type: type }) => type === 'release_requested')
      .map(({ release_id: id, details }) => [id, String(details['risk_tier'] ?? '')]),
  );

/** The models that are legally held at the end of these events, and since when. */
export const heldModels = (events: readonly AuditEvent[]): Map<string, Instant> => {
  const matters = new Map<string, Map<string, Instant>>();
  for (const { event_type: type, model, linked_incident: matter, timestamp } of events) {
    const of = matters.get(model) ?? new Map<string, Instant>();
    matters.set(model, of);
    if (type === 'legal_hold_set' && !of.has(matter)) of.set(matter, timestamp);
    if (type === 'legal_hold_lifted') of.delete(matter);
  }
  const sinceOf = (of: Map<string, Instant>): Instant[] => [...of.values()].toSorted().slice(0, 1);
  return new Map([...matters].flatMap(([model, of]) => sinceOf(of).map((since): [string, Instant] => [model, since])));
};

type HoldDemand = { readonly model: string; readonly from: Instant };

/** The objects of events that must be held, and the folders of the days that have any, each from when on at the latest. */
const heldPlaces = (events: readonly AuditEvent[]): Map<string, HoldDemand> => {
  const models = heldModels(events);
  const places = new Map<string, HoldDemand>();
  for (const event of events) {
    const since = models.get(event.model);
    if (since === undefined) continue;
    for (const place of [eventKey(event), ...bundlesOf(eventDate(event))]) {
      const before = places.get(place)?.from ?? since;
      places.set(place, { model: event.model, from: event.timestamp > before ? event.timestamp : before });
    }
  }
  return places;
};

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** The day of a bundle. A checkpoint does not say when it was written. */
const dayIn = (key: string): Instant | undefined => {
  const [, day] = /\/dt=(\d{4}-\d\d-\d\d)\//.exec(key) ?? [];
  return day === undefined ? undefined : Instant.parse(`${day}T00:00:00.000Z`);
};
