import type { ListPlace } from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { IntakeRefusal } from '../../lib/domain/records/intake.ts';

/** Everything that was refused at the intake, the latest first. */
export const allRefusals = async (store: Pick<ReleaseStore, 'page'>): Promise<IntakeRefusal[]> => {
  const found: IntakeRefusal[] = [];
  let after: ListPlace | undefined;
  do {
    const page: Awaited<ReturnType<typeof store.page<'refusal'>>> = await store.page('refusal', { limit: 100, after });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
};
