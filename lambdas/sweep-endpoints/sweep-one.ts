import { findEndpoint, updateEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import type { ServingPointer } from '../../lib/domain/records/pointer.ts';
import { isDeviating } from '../../lib/domain/records/watched-endpoint.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { governing, type LookFacts } from '../../lib/domain/serving/deviations.ts';
import { judgedBy } from '../../lib/domain/serving/judged-by.ts';
import { quarantineStep, recordGivenUp, recordQuarantine } from '../../lib/domain/serving/quarantine.ts';
import { type EndpointLook, recordLook } from '../../lib/domain/serving/record-look.ts';
import type { Looked } from '../../lib/domain/serving/sweep-plan.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { type LookWorld, lookAt } from '../../lib/runtime/look-at-endpoint.ts';

/**
 * Looks at one endpoint, records what has changed, and takes the next step of its quarantine. What is found about an endpoint of no
 * model is recorded only if that may be told now; that it is over always is, because it was told before.
 */
export const sweepOne = async (
  name: string,
  world: LookWorld,
  mayTellStrange: boolean,
): Promise<Exclude<Looked, 'throttled'>> => {
  const look = await lookAt(name, world);
  if (look === undefined) return 'settled';
  const { facts, judged } = look;
  const change = recordLook(look);
  const isStrange = change?.model === CONFIGURATION_CHAIN;
  const isOver = change?.event.event_type === 'ungoverned_endpoint_ended';
  if (isStrange && !isOver && !mayTellStrange) return 'put_off';
  if (change !== undefined) await world.store.commit(expecting(change, ...judgedBy(look)), facts.now);
  if (isStrange) return 'strange';
  // One that nobody knows and that is still being changed is listed again once it is.
  const { approved, owner } = facts;
  const isKnown = owner !== undefined || approved !== undefined || look.row !== undefined;
  const isUnderWay = judged === undefined || (isKnown && facts.found?.condition === 'under_way');
  const pointer = governing(facts);
  if (judged === undefined || judged.length === 0 || approved === undefined || pointer === undefined) {
    return isUnderWay ? 'again' : 'settled';
  }
  return (await quarantine({ look, pointer, release: approved.release }, world)) || isUnderWay ? 'again' : 'settled';
};

type Governed = { readonly look: EndpointLook; readonly pointer: ServingPointer; readonly release: Release };

/** Takes one step; answers whether another one comes with the next minute. */
const quarantine = async ({ look, pointer, release }: Governed, world: LookWorld): Promise<boolean> => {
  const { store } = world;
  const { facts, judged } = look;
  const kept = await requireFound(store.get('policy', release.policySha256), release.policySha256);
  const { quarantine: rule = 'tell' } = kept.policy;
  const row = await requireFound(store.get('watched_endpoint', pointer.endpointName.toLowerCase()), 'what was found');
  const step = quarantineStep({ facts, judged, row, rule });
  if (!isDeviating(row)) return false;
  const ordering = { facts, row, pointer, release };
  switch (step.act) {
    case 'none':
      return false;
    case 'wait':
      return true;
    case 'give_up':
      await store.commit(expecting(recordGivenUp(step.of, step.why, ordering), ...judgedBy(look)), facts.now);
      return false;
    case 'switch_back':
    case 'take_down': {
      const ordered = recordQuarantine(step.act, ordering);
      if (!step.isOrdered) await store.commit(expecting(ordered, ...judgedBy(look)), facts.now);
      await (step.act === 'take_down' ? takeDown(ordering, world) : switchBack(pointer, facts.found));
      return true;
    }
  }
};

/** Right before the order: what others have changed since it was judged is judged again by the next look. */
const switchBack = async (
  { endpointName, endpointConfigName }: ServingPointer,
  judged: LookFacts['found'],
): Promise<void> => {
  const found = await findEndpoint(endpointName);
  const isAsJudged = found?.createdAt === judged?.createdAt && found?.headsFor === judged?.headsFor;
  if (isAsJudged && found?.condition === 'in_service') await updateEndpoint(endpointName, endpointConfigName);
};

type Ordering = Parameters<typeof recordQuarantine>[1];

/**
 * The rollback deletes the endpoint: to nothing, because nothing that people approved serves there any more. One that is refused
 * is asked for again by the next look.
 */
const takeDown = async ({ facts, row, pointer }: Ordering, { store, now }: LookWorld): Promise<void> => {
  const reason = row.deviations[0]?.explanation ?? '';
  const claim = { modelName: pointer.modelName, actor: ASSAY, reason, linkedIncident: '', toNothing: true };
  const about = { epoch: pointer.epoch, quarantined: facts.found?.serves ?? '' };
  try {
    await askRollback({ ...claim, ...about }, store, now);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    logger.critical('an endpoint cannot be taken down', { endpoint: pointer.endpointName, refusal: cause.message });
  }
};
