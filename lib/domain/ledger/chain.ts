import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { stored } from '../stored.ts';
import { AuditEvent, type EventContent, EventType, eventBytes } from './event.ts';

/** The last event of a model's chain: the next one must name its hash. */
export const Head = stored({ seq: z.int().min(0), hash: Sha256, timestamp: Instant });
export type Head = z.infer<typeof Head>;

/** The head of an empty chain: the first event names its hash as that of the event before it. */
export const GENESIS: Head = Head.parse({ seq: 0, hash: '0'.repeat(64), timestamp: '1970-01-01T00:00:00.000Z' });

/** The RFC 6962 §2.1 leaf hash of the stored bytes: one hash serves the chain and the Merkle tree. */
export const leafHash = (bytes: Uint8Array): Sha256 =>
  Sha256.parse(createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest('hex'));

/** An event with its place in the chain: its content, its exact bytes, and the head of the chain after it. */
export type SealedEvent = {
  readonly event: AuditEvent;
  readonly bytes: Uint8Array;
  readonly head: Head;
  /** The tier of the release that it is about, by which it is kept; absent if that is not known. */
  readonly tier?: string | undefined;
};

/** What is kept as an event is none: its bytes are not those that were sealed. */
export class ForgedEvent extends Error {}

/**
 * Gives a draft its place after `head`. Time never runs backwards along a chain: if the clock lags behind the last
 * event, the new one takes that event's instant.
 */
export const sealEvent = (draft: EventContent, model: string, head: Head, now: Instant): SealedEvent => {
  const timestamp = now > head.timestamp ? now : head.timestamp;
  const event = AuditEvent.parse({ v: 1, model, seq: head.seq + 1, prev: head.hash, timestamp, ...draft });
  // Types of event that only other versions know are read, but never written.
  EventType.parse(event.event_type);
  const bytes = eventBytes(event);
  return { event, bytes, head: { seq: event.seq, hash: leafHash(bytes), timestamp } };
};
