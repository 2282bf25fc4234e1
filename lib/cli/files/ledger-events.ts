/** The events of a copy of the ledger, for those who count in them. What they prove is the matter of `assay audit verify`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessLine, readAccessObject } from '../../domain/ledger/access.ts';
import { type AuditEvent, eventKey } from '../../domain/ledger/event.ts';
import { readLedgerFile } from '../../domain/ledger/ledger-file.ts';
import { UsageError } from '../command.ts';
import { accessKeys, ledgerKeys, readLedger } from './ledger-directory.ts';

/** A file of a copy is not what its key says. So nothing is counted. */
export class UnreadableLedger extends Error {
  constructor(key: string, why: string, options?: ErrorOptions) {
    super(`could not read ${key}: ${why}`, options);
    this.name = 'UnreadableLedger';
  }
}

/** Every event once, by time: those of the bundles, and those of event files that no bundle has. Refuses a file that is not what its key says. */
export const readEvents = async (directory: string, name: string): Promise<AuditEvent[]> => {
  const keys = await ledgerKeys(directory);
  if (keys === undefined || keys.length === 0)
    throw new UsageError(`${name} contains no ledger: no events/, bundles/ or checkpoints/`);
  const byKey = new Map<string, AuditEvent>();
  for (const event of eventsIn(directory, keysOf(keys, 'bundles/'))) byKey.set(eventKey(event), event);
  const others = keysOf(keys, 'events/').filter((key) => !byKey.has(key));
  for (const event of eventsIn(directory, others)) byKey.set(eventKey(event), event);
  // Those of one instant keep the order of their chain.
  return [...byKey.values()].sort((a, b) =>
    a.timestamp === b.timestamp ? a.seq - b.seq : a.timestamp < b.timestamp ? -1 : 1,
  );
};

/** The lines of the access log in the copy, by time. */
export const readAccesses = async (directory: string): Promise<AccessLine[]> => {
  const keys = (await accessKeys(directory)) ?? [];
  return keys.flatMap((key) => {
    try {
      return readAccessObject(key, readFileSync(join(directory, key)));
    } catch (cause) {
      throw new UnreadableLedger(key, 'it is no object of the access log', { cause });
    }
  });
};

const keysOf = (keys: readonly string[], prefix: string): string[] => keys.filter((key) => key.startsWith(prefix));

function* eventsIn(directory: string, keys: readonly string[]): Generator<AuditEvent> {
  for (const file of readLedger(directory, keys)) {
    const read = readLedgerFile(file);
    if ('why' in read) throw new UnreadableLedger(read.key, `it ${read.why}`);
    if (read.kind === 'bundle') yield* read.entries.map(({ event }) => event);
    if (read.kind === 'event') yield read.event;
  }
}
