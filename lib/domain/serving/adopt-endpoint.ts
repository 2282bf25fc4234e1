import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { publishedDetail } from '../change/published.ts';
import { recordRefusal } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, ModelName } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { type Endpoint, endpointId, inStatus, isOwned, ownerProblem } from '../records/endpoint.ts';
import { endpointProblem, type Pointer } from '../records/pointer.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { type InProduction, requireReadable } from '../release/in-production.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import { type EndpointShape, lossesOf } from './endpoint-shape.ts';
import { formerOwnerProblem, strangerProblem } from './strange-endpoint.ts';

export type AdoptionClaim = {
  readonly endpointName: string;
  readonly modelName: ModelName;
  readonly actor: Actor;
  readonly reason: string;
};

type World = {
  readonly store: ReleaseStore;
  /** The endpoint with what it serves; undefined if there is none of this name. */
  readonly findShape: (endpointName: string) => Promise<EndpointShape | undefined>;
  readonly now: () => Instant;
};

/**
 * Afterwards an endpoint that Assay did not make belongs to a model, so that its releases may be deployed to it. Adopting
 * it again changes nothing, unless it has been created again since. Refuses, on record and with every reason, an endpoint that is another model's, or whose shape
 * would not survive the next release.
 */
export const adoptEndpoint = (
  claim: AdoptionClaim,
  { store, findShape, now }: World,
): Promise<{ endpoint: Endpoint; outcome: 'adopted' | 'known' }> =>
  untilCommitted(async () => {
    const [owner, pointer] = await Promise.all([
      store.get('endpoint', endpointId(claim.endpointName)),
      store.get('pointer', claim.modelName),
    ]);
    const shape = await findShape(claim.endpointName);
    if (shape === undefined) throw new Refusal('NotFound', `there is no endpoint ${claim.endpointName}`);
    const inProduction = owner === undefined ? requireReadable(await store.releasesInProduction()) : [];
    const asked: Asked = { ...claim, endpointName: shape.endpointName, owner, pointer, shape, now: now() };
    if (isKnown(owner, asked)) return { endpoint: owner, outcome: 'known' };
    const against = reasonsAgainst(asked, inProduction);
    if (against.length > 0) {
      const refused = expecting(refuseAdoption(asked, against), owner, pointer);
      const about = [endpointId(asked.endpointName), asked.modelName, ...against.map(({ problem }) => problem)];
      await recordRefusal(refused, { bound: 'adoption', by: [claim.actor.id], about }, store, asked.now);
      throw new Refusal('AdoptionImpossible', `${asked.endpointName} cannot be adopted as it is`, against);
    }
    const write = inStatus(owner, 'owned', { ...asked, endpointConfigName: shape.serves }, asked.now);
    await store.commit(expecting(recordAdoption(asked, write), pointer), asked.now);
    return { endpoint: { ...write.entity, version: write.entity.version + 1 }, outcome: 'adopted' };
  });

type Asked = AdoptionClaim & {
  readonly owner: Endpoint | undefined;
  readonly pointer: Pointer | undefined;
  readonly shape: EndpointShape;
  readonly now: Instant;
};

/**
 * Whether the endpoint is the model's already. One that was created again under the name of its endpoint is not: it is
 * adopted like any other.
 */
const isKnown = (owner: Endpoint | undefined, asked: Asked): owner is Endpoint =>
  owner !== undefined &&
  isOwned(owner) &&
  owner.modelName === asked.modelName &&
  strangerProblem({ ...asked, endpoint: owner }, asked.shape) === undefined;

const reasonsAgainst = (asked: Asked, inProduction: readonly InProduction[]): Violation[] => {
  const { endpointName, owner, pointer, shape } = asked;
  const isSettled = shape.condition === 'in_service' && shape.headsFor === shape.serves;
  const problems: [string, string | undefined][] = [
    ['endpoint', ownerProblem(owner, asked) ?? formerOwnerProblem(asked, inProduction)],
    ['model_name', endpointProblem(pointer, endpointName)],
    ['EndpointStatus', isSettled ? undefined : 'must be InService, with no update under way'],
  ];
  return [
    ...problems.flatMap(([field, problem]) => (problem === undefined ? [] : [{ field, problem }])),
    ...lossesOf(shape.configuration),
  ];
};

const recordAdoption = (asked: Asked, write: ReturnType<typeof inStatus>): Change => ({
  model: asked.modelName,
  event: adoptionEvent(asked, 'endpoint_adopted', {}),
  writes: [write],
  intents: [publishedDetail('Endpoint Adopted', { endpointName: asked.endpointName, modelName: asked.modelName })],
});

const refuseAdoption = (asked: Asked, against: readonly Violation[]): Change => ({
  model: asked.modelName,
  event: adoptionEvent(asked, 'endpoint_adoption_refused', {
    faults_total: against.length,
    faults: fitIntoEvent(against),
  }),
  writes: [],
  intents: [],
});

/** It is about no release: the first one of the model comes when the endpoint is its own. */
const adoptionEvent = (
  { endpointName, modelName, actor, reason, shape, now }: Asked,
  type: 'endpoint_adopted' | 'endpoint_adoption_refused',
  details: Change['event']['details'],
): Change['event'] =>
  eventWithoutRelease(actor, {
    event_type: type,
    model_name: modelName,
    reason,
    details: { endpoint: endpointName, endpoint_config: shape.serves, ...details },
    idempotency_key: `${endpointId(endpointName)}:${type}:${now}`,
  });
