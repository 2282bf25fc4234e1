/** An outbox in memory, and a dispatcher over it. */
import { dispatch, dispatchAtOnce } from '../../lambdas/dispatch-outbox/dispatch.ts';
import type { Leases } from '../../lib/adapters/dynamodb-leases.ts';
import type { Outbox, OutboxKey, OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { NOW } from './approval-case.ts';

type Noted = OutboxRow & { dueAt?: Instant | undefined; done?: Instant; error?: string; isHeld: boolean };

/** An outbox in memory: a row is leased while it is carried out, until its result is recorded. */
class MemoryOutbox implements Outbox, Leases {
  readonly rows = new Map<string, Noted>();
  /** The function dies after a row was carried out, and before that is recorded. */
  dieBeforeComplete = false;

  note(sk: string, attempts = 0, intent: Intent = { kind: 'expire_approval', releaseId: sk }): OutboxRow {
    const row: Noted = {
      pk: `OUTBOX#${intent.kind}#0`,
      sk,
      attempts,
      intent,
      isHeld: false,
      dueAt: NOW,
    };
    this.rows.set(sk, row);
    return row;
  }

  release(): void {
    for (const row of this.rows.values()) row.isHeld = false;
  }

  due: Outbox['due'] = async () => [...this.rows.values()].filter(({ dueAt }) => dueAt !== undefined);

  claim: Outbox['claim'] = async ({ sk }, now) => {
    const row = this.rows.get(sk);
    if (row === undefined || row.isHeld || row.dueAt === undefined || row.dueAt > now) return undefined;
    row.isHeld = true;
    const { pk, intent, attempts } = row;
    return { pk, sk, intent, attempts };
  };

  complete: Outbox['complete'] = async ({ sk }, now) => {
    if (this.dieBeforeComplete) throw new Error('the function died');
    Object.assign(this.#row(sk), { done: now, dueAt: undefined, isHeld: false });
  };

  postpone: Outbox['postpone'] = async ({ sk, attempts }, error, until) => {
    const dueAt = 'dueAt' in until ? until.dueAt : undefined;
    Object.assign(this.#row(sk), { attempts: attempts + 1, error, dueAt, isHeld: false });
  };

  /** Whether another dispatcher is faster with one of the rows each time, so that nothing can be noted of all of them. */
  isContested = false;
  readonly asked: string[] = [];

  claimTogether: Leases['claimTogether'] = async (keys, now) => {
    this.asked.push(`claim ${keys.length}`);
    const rows = this.isContested ? [] : await Promise.all(keys.map((key) => this.claim(key, now)));
    return { rows: rows.filter((row) => row !== undefined), left: this.isContested ? keys : [] };
  };

  readDue: Leases['readDue'] = async (keys, now) => {
    this.asked.push(`read ${keys.length}`);
    const found = keys.map(({ sk }) => this.rows.get(sk)).filter((row) => row !== undefined);
    return found.filter(({ dueAt, isHeld }) => dueAt !== undefined && dueAt <= now && !isHeld);
  };

  completeTogether: Leases['completeTogether'] = async (rows, now) => {
    this.asked.push(`complete ${rows.length}`);
    if (this.isContested) return false;
    for (const row of rows) await this.complete(row, now);
    return true;
  };

  /** Nothing is redriven here. */
  redrive: Outbox['redrive'] = async () => undefined;

  #row(sk: string): Noted {
    const row = this.rows.get(sk);
    if (row === undefined) throw new Error(`no row ${sk}`);
    return row;
  }
}

export const dispatching = (perform: (sk: string) => Promise<void> = async () => undefined, random = 0.5) => {
  const outbox = new MemoryOutbox();
  const performed: string[] = [];
  const parked: string[] = [];
  let isDeaf = false;
  const cannotTell = () => {
    isDeaf = true;
  };
  const failures: { sk: string; error: unknown; isParked: boolean }[] = [];
  const work = {
    outbox,
    perform: async (intent: Intent) => {
      const sk = 'releaseId' in intent ? intent.releaseId : '';
      performed.push(sk);
      await perform(sk);
      return undefined;
    },
    now: () => NOW,
    random: () => random,
    onFailure: ({ sk }: OutboxRow, error: unknown, isParked: boolean) => {
      failures.push({ sk, error, isParked });
    },
    onParked: async ({ sk }: OutboxRow) => {
      if (isDeaf) throw new Error(`nobody hears of ${sk}`);
      parked.push(sk);
    },
  };
  const run = async (now = NOW, keys?: OutboxKey[]) =>
    dispatch(keys ?? (await outbox.due(now)), { ...work, now: () => now });
  const atOnce = async (keys: readonly OutboxKey[] = [...outbox.rows.values()]) => dispatchAtOnce(keys, work);
  return { outbox, performed, failures, parked, run, atOnce, cannotTell, work };
};
export const failing = (error: unknown) => async () => {
  throw error;
};
