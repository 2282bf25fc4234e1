import { verifyLedger } from '../../lib/domain/audit/verify.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { eventKey } from '../../lib/domain/ledger/event.ts';

/** Verifies the chains of these models from their stored bytes, as an auditor would; throws on the first problem. */
export const checkLedger = async (store: ReleaseStore, ...models: string[]): Promise<void> => {
  const chains = await Promise.all(models.map((model) => store.events(model)));
  const files = chains.flat().map(({ event, bytes }) => ({ key: eventKey(event), bytes }));
  const { events, problems } = await verifyLedger(files);
  if (problems.length > 0) throw new Error(problems.map(({ key, why }) => `${key} ${why}`).join('\n'));
  if (events === 0) throw new Error(`no events of ${models.join(', ')}`);
};
