/** Executions of monitors of which nobody has heard: an event can be lost, and no finding may be. */

import { inTurns } from '../by-turns.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant, ModelName } from '../identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../instant.ts';
import { endpointId, isOwned } from '../records/endpoint.ts';
import { hasEnded } from './report.ts';

/** An execution as it stands in a list. */
export type ListedExecution = { readonly arn: string; readonly endpointName: string; readonly status: string };

/** Each look is an hour after the last, and five may fail before something is missed. */
const LOOK_BACK_MS = 6 * HOUR_MS;
/** What is left over is looked at an hour later. Models take turns, so none keeps another from being heard. */
export const MISSED_AT_ONCE = 100;

export const lookedAtSince = (now: Instant): Instant => plusMilliseconds(now, -LOOK_BACK_MS);

/** Those of the executions that have ended, of endpoints that belong to models, and that are not on record. */
export const missedOf = async <One extends ListedExecution>(
  executions: readonly One[],
  store: Pick<ReleaseStore, 'get' | 'list'>,
  now: Instant,
): Promise<One[]> => {
  const ended = executions.filter(hasEnded);
  const owners = await ownersOf(
    ended.map(({ endpointName }) => endpointName),
    store,
  );
  const modelOf = ({ endpointName }: One) => owners.get(endpointId(endpointName));
  const heard = await heardOf([...new Set(owners.values())], store, now);
  const missed = ended.flatMap((one) => {
    const modelName = modelOf(one);
    return modelName === undefined || heard.has(one.arn) ? [] : [{ one, modelName }];
  });
  return inTurns(missed, { attributeOf: ({ modelName }) => modelName, isFirst: () => false })
    .slice(0, MISSED_AT_ONCE)
    .map(({ one }) => one);
};

const ownersOf = async (names: readonly string[], store: Pick<ReleaseStore, 'get'>) => {
  const ids = [...new Set(names.map(endpointId))];
  const endpoints = await Promise.all(ids.map((id) => store.get('endpoint', id)));
  return new Map(
    endpoints.flatMap((endpoint) =>
      endpoint !== undefined && isOwned(endpoint) ? [[endpoint.endpointId, endpoint.modelName] as const] : [],
    ),
  );
};

/** One that ended earlier than this, and was changed since, is asked for again in vain. */
const heardOf = async (models: readonly ModelName[], store: Pick<ReleaseStore, 'list'>, now: Instant) => {
  const days = [...new Set([lookedAtSince(now), now].map((at) => at.slice(0, 10)))];
  const seen = await Promise.all(
    models.flatMap((modelName) => days.map((day) => store.list('observation', modelName, day))),
  );
  return new Set(seen.flat().map(({ arn }) => arn));
};
