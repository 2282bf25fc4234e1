/** The log in memory: its table, its write-once bucket, and everything that can break between them. */

import { type LedgerReport, verifyLedger } from '../../lib/domain/audit/verify.ts';
import type { LoggedEvent, LogStep } from '../../lib/domain/ledger/bundle.ts';
import { checkpointKey, signCheckpoint } from '../../lib/domain/ledger/checkpoint.ts';
import { eventKey } from '../../lib/domain/ledger/event.ts';
import {
  extendLog,
  LOG_BATCH_MAX_ENTRIES,
  type LogExtent,
  LogState,
  type LogStore,
  nameOfPlace,
  type Place,
} from '../../lib/domain/ledger/extend-log.ts';
import type { LedgerFile } from '../../lib/domain/ledger/ledger-file.ts';
import { countEntries, countsFrom, type EventCounts } from '../../lib/domain/metrics/event-counts.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { ed25519Signer, LOG_PUBLIC_KEY, ORIGIN } from '../domain/ledger/a-ledger.ts';

/** The writes of a step, in their order. */
export const LOG_WRITES = ['extend', 'bundle', 'rows', 'checkpoint', 'published'] as const;
export type LogWrite = (typeof LOG_WRITES)[number];
export type Fault = { readonly at: LogWrite; readonly when: 'unwritten' | 'written' };

const placeOf = ({ model, seq }: Place): string => `${model}/${seq}`;

export class MemoryLog {
  readonly bucket = new Map<string, Uint8Array>();
  readonly #events = new Map<string, LoggedEvent>();
  #waiting: Place[] = [];
  /** Entries that the index still returns although they were taken: an index lags behind its table. */
  #stale: Place[] = [];
  #isLagging = false;
  #state: LogState | undefined;
  #fault: Fault | undefined;

  /** Events arrive in the audit bucket and wait for their place. */
  ship(events: readonly LoggedEvent[]): void {
    for (const sealed of events) {
      const { model, seq } = sealed.event;
      this.#events.set(placeOf({ model, seq }), sealed);
      this.#waiting.push({ model, seq });
    }
  }

  /** What was read besides the state: events by their places, and what waits. */
  readonly reads: string[] = [];
  /** What the writer met that somebody else has written; and how many rows say that they wait, and are no events. */
  readonly tampered: string[] = [];
  foreign = 0;
  /** What is read instead of an event, from now on. */
  forge(place: Place, read: () => LoggedEvent | undefined): void {
    this.#forged.set(placeOf(place), read);
  }
  readonly #forged = new Map<string, () => LoggedEvent | undefined>();
  /** What was counted of its entries. */
  counts: EventCounts | undefined;

  failNext(fault: Fault): void {
    this.#fault = fault;
  }

  /** From now on the index also returns what the last step took. */
  lag(): void {
    this.#isLagging = true;
  }

  get state(): LogState | undefined {
    return this.#state;
  }

  /** One run of the writer. `pause` is called between any two things that it does, so that two runs can interleave. */
  run(pause: () => Promise<void> = async () => undefined): Promise<LogExtent> {
    return extendLog({
      log: this.#store(pause),
      event: async (model, seq) => {
        this.reads.push(placeOf({ model, seq }));
        const forged = this.#forged.get(placeOf({ model, seq }));
        return forged === undefined ? this.#events.get(placeOf({ model, seq })) : forged();
      },
      recorded: async (model, seq) => this.#events.get(placeOf({ model, seq }))?.line,
      tampered: async (what) => {
        this.tampered.push(...what);
      },
      publish: async ({ bundle, rows, checkpoint }: LogStep) => {
        await pause();
        await this.#write('bundle', () => this.#put(bundle.key, bundle.bytes));
        if (rows !== undefined) await this.#write('rows', () => this.#put(rows.key, rows.bytes));
        await pause();
        const bytes = await signCheckpoint({ origin: ORIGIN, ...checkpoint }, ed25519Signer());
        await this.#write('checkpoint', () => this.#put(checkpointKey(checkpoint.size), bytes));
      },
      count: async (from, entries) => {
        await pause();
        const before = this.counts ?? countsFrom(from);
        this.counts = countEntries(
          before,
          from,
          entries.map(({ event }) => event),
        );
      },
    });
  }

  /** Events, bundles and checkpoints as an auditor pulls them. */
  files(): LedgerFile[] {
    const files: LedgerFile[] = [...this.#events.values()].map(({ event, bytes }) => ({ key: eventKey(event), bytes }));
    for (const [key, bytes] of this.bucket) files.push({ key, bytes });
    return files;
  }

  verify(): Promise<LedgerReport> {
    return verifyLedger(this.files(), { logPublicKeyPem: LOG_PUBLIC_KEY });
  }

  #store(pause: () => Promise<void>): LogStore {
    return {
      state: async () => {
        await pause();
        return structuredClone(this.#state);
      },
      waiting: async (aside) => {
        await pause();
        this.reads.push('waiting');
        const places = [...this.#stale, ...this.#waiting]
          .filter((place, index, all) => all.findIndex((other) => placeOf(other) === placeOf(place)) === index)
          .filter((place) => !aside.has(nameOfPlace(place)))
          .slice(0, LOG_BATCH_MAX_ENTRIES);
        return { places, foreign: this.foreign };
      },
      extend: async (next) => {
        await pause();
        await this.#write('extend', () => this.#extend(LogState.parse(next)));
      },
      published: async ({ version }) => {
        await pause();
        await this.#write('published', () => {
          if (this.#state?.version === version) this.#state = { ...this.#state, published: true };
        });
      },
    };
  }

  /** As one transaction: the state is the one that was read, and none of the entries has a place yet. */
  #extend(next: LogState): void {
    const free = new Set(this.#waiting.map(placeOf));
    const isNext = next.version === (this.#state?.version ?? 0) + 1;
    if (!isNext || !next.batch.entries.every((place) => free.has(placeOf(place)))) {
      throw new Conflict('another writer extended the log');
    }
    const taken = new Set(next.batch.entries.map(placeOf));
    this.#waiting = this.#waiting.filter((place) => !taken.has(placeOf(place)));
    if (this.#isLagging) this.#stale = next.batch.entries;
    this.#state = structuredClone(next);
  }

  /** Written once: the same bytes again are no error, other bytes are. */
  #put(key: string, bytes: Uint8Array): void {
    const there = this.bucket.get(key);
    if (there !== undefined && !Buffer.from(there).equals(bytes)) throw new Error(`${key} holds other bytes`);
    this.bucket.set(key, bytes);
  }

  async #write(what: LogWrite, act: () => void): Promise<void> {
    const fault = this.#fault?.at === what ? this.#fault : undefined;
    if (fault !== undefined) this.#fault = undefined;
    if (fault?.when === 'unwritten') throw new Error(`${what} broke before it was written`);
    act();
    if (fault?.when === 'written') throw new Error(`${what} broke after it was written`);
  }
}
