/** The rows of accesses in memory, their write-once bucket, and everything that can break between them. */
import { Instant } from '../../lib/domain/identifiers.ts';
import { type Access, type Hour, hourOf } from '../../lib/domain/ledger/access.ts';
import { type AccessState, gatherAccess } from '../../lib/domain/ledger/gather-access.ts';
import { noteAccess } from '../../lib/domain/ledger/note-access.ts';
import { digestOf } from './approval-case.ts';

/** What a run writes. */
export const ACCESS_WRITES = ['save', 'put', 'remove'] as const;
export type AccessFault = { readonly at: (typeof ACCESS_WRITES)[number]; readonly when: 'unwritten' | 'written' };

type Row = { readonly access: Access; goesAt?: number };

export class MemoryAccess {
  readonly bucket = new Map<string, string>();
  readonly puts: Instant[] = [];
  readonly rows = new Map<string, Row>();
  /** What was answered: each of these was handed out. */
  readonly answered: Access[] = [];
  /** Rows of an hour that are none. */
  readonly unread = new Map<string, number>();
  readonly told: string[] = [];
  state: AccessState | undefined;
  fault: AccessFault | undefined;
  #clock: number;

  constructor(at = '2026-11-29T12:58:00.000Z') {
    this.#clock = Date.parse(at);
  }

  readonly now = (): Instant => Instant.parse(new Date(this.#clock).toISOString());

  pass(milliseconds: number): void {
    this.#clock += milliseconds;
    for (const [key, { goesAt = Number.POSITIVE_INFINITY }] of this.rows)
      if (goesAt <= this.#clock) this.rows.delete(key);
  }

  /** One answer of the console. `pause` is called between any two things that happen. */
  async note(who: string, what: string, pause: () => Promise<void> = async () => undefined): Promise<Access> {
    const access = await noteAccess(
      { who: who as Access['who'], what, sha256: digestOf(what) },
      {
        taken: async ({ at, who: person }) => {
          await pause();
          return [...this.rows].filter(([key]) => key.startsWith(`${hourOf(at)}/${person}#`)).length;
        },
        note: async (noted, place) => {
          await pause();
          const [hour, key] = [hourOf(noted.at), `${hourOf(noted.at)}/${noted.who}#${place}`];
          if (this.state === undefined || hour < this.state.open || this.rows.has(key)) return false;
          this.rows.set(key, { access: noted });
          return true;
        },
      },
      this.now,
    );
    this.answered.push(access);
    return access;
  }

  /** One run of the gatherer. */
  run(pause: () => Promise<void> = async () => undefined): Promise<void> {
    const here = (hour: Hour) => [...this.rows].filter(([key]) => key.startsWith(`${hour}/`));
    return gatherAccess({
      rows: {
        state: async () => {
          await pause();
          return structuredClone(this.state);
        },
        save: async (next) => {
          await pause();
          this.#write('save', () => {
            if (next.version === (this.state?.version ?? 0) + 1) this.state = structuredClone(next);
          });
        },
        list: async (hour) => {
          await pause();
          return { lines: here(hour).map(([, { access }]) => access), unread: this.unread.get(hour) ?? 0 };
        },
        remove: async (hour, at) => {
          await pause();
          this.#write('remove', () => {
            for (const [, row] of here(hour)) row.goesAt = Date.parse(at) + 86_400_000;
          });
        },
      },
      put: async ({ key, bytes }) => {
        await pause();
        this.#write('put', () => {
          const [there, text] = [this.bucket.get(key), Buffer.from(bytes).toString()];
          if (there !== undefined && there !== text) throw new Error(`${key} holds other bytes`);
          if (there === undefined) this.puts.push(this.now());
          this.bucket.set(key, text);
        });
      },
      tampered: async (what) => {
        this.told.push(...what);
      },
      now: this.now,
    });
  }

  /** Every line of the bucket. */
  lines(): string[] {
    return [...this.bucket.values()].flatMap((text) => text.trimEnd().split('\n')).toSorted();
  }

  #write(at: AccessFault['at'], act: () => void): void {
    const fault = this.fault?.at === at ? this.fault : undefined;
    if (fault !== undefined) this.fault = undefined;
    if (fault?.when === 'unwritten') throw new Error(`${at} broke before it was written`);
    act();
    if (fault?.when === 'written') throw new Error(`${at} broke after it was written`);
  }
}
