import { createHash } from 'node:crypto';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import { eventKey } from '../domain/ledger/event.ts';
import { classOf, daysOf, type RetentionDays } from '../domain/ledger/retention-class.ts';
import { Refusal } from '../domain/refusal.ts';
import { putOnce, type Retention } from './s3-evidence-store.ts';
import { readObject } from './s3-objects.ts';

/** How the ledger locks its objects. */
export type LedgerRetention = Pick<Retention, 'mode'> & RetentionDays;

/** Under an event's key lies an object with other bytes, which another writer has put there. */
export class LedgerTampered extends Error {
  constructor(key: string) {
    super(`the audit bucket holds other bytes under ${key}`);
    this.name = 'LedgerTampered';
  }
}

/**
 * Ships an event to the audit bucket: written once under its deterministic key, locked, with a checksum that S3
 * verifies, for the days of its class. If the same bytes are there already, that is no error; other bytes are `LedgerTampered`.
 */
export const shipEvent = async (sealed: SealedEvent, bucket: string, retention: LedgerRetention): Promise<void> => {
  const days = daysOf(classOf(sealed.event.event_type, sealed.tier), retention);
  const { mode } = retention;
  await putLedgerObject({ bucket, key: eventKey(sealed.event), bytes: sealed.bytes, retention: { mode, days } });
};

type LedgerObject = {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly retention: Retention;
};

/** Writes one object of the ledger, once and for all. */
export const putLedgerObject = async ({ bucket, key, bytes, retention }: LedgerObject): Promise<void> => {
  const written = await putOnce({
    place: { bucket, key },
    body: bytes,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    retention,
    contentType: 'application/json',
  });
  if (written === 'written') return;
  const there = await readObject({ bucket, key }, bytes.length).catch(nothingIfLarger);
  if (!Buffer.from(there).equals(bytes)) throw new LedgerTampered(key);
};

/**
 * Writes what the entries of a bundle wrote. It counts by the digests in them: if other rows lie there, somebody has changed the table
 * between two attempts at this step of the log. Those stay, and the error says so.
 */
export const putLedgerRows = async (object: LedgerObject): Promise<LedgerTampered | undefined> => {
  try {
    await putLedgerObject(object);
    return undefined;
  } catch (cause) {
    if (cause instanceof LedgerTampered) return cause;
    throw cause;
  }
};

/** An object larger than the one sent has other bytes. Any other read error says nothing about the bytes. */
const nothingIfLarger = (cause: unknown): Uint8Array => {
  if (cause instanceof Refusal) return new Uint8Array();
  throw cause;
};
