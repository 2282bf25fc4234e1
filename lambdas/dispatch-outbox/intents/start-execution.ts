import { startExecution } from '../../../lib/adapters/sfn-executions.ts';
import { judgeStart, promotionOf } from '../../../lib/domain/gate/start-promotion.ts';
import { IntentForged } from '../intent-forged.ts';
import type { Performer } from '../tools.ts';

/**
 * Starts an execution. That of a promotion is judged again: only a release with a signed record has one. The other machines
 * begin with a step that finds the row that they are for.
 */
export const start: Performer<'start_execution', 'settings' | 'store'> = async (intent, { settings, store }) => {
  const { machine, name, input } = intent;
  if (machine === 'promotion') {
    const promotion = promotionOf(intent);
    if (promotion === undefined) throw new IntentForged(`${name} is no promotion of ours`);
    const judged = judgeStart(await store.get('release', promotion.releaseId), { promotion, name });
    if (judged === 'forged') throw new IntentForged(`no transaction has noted the promotion ${name}`);
    if (judged === 'over') return;
  }
  await startExecution(settings.machines[machine], name, input);
};
