/** The rows that a judgement of an endpoint rests on: it is not recorded over one that has changed since. */
import type { Entity } from '../change/kinds.ts';
import { ModelName } from '../identifiers.ts';
import { type Endpoint, endpointId } from '../records/endpoint.ts';
import type { Release } from '../release/release.ts';
import type { LookFacts } from './deviations.ts';
import type { EndpointLook } from './record-look.ts';

/**
 * A transaction has a hundred places. Whoever makes a model can name more packages than that: of the releases behind them only
 * the ids are told then, which never change.
 */
const BEHIND_MAX = 50;

/** Everything that was read of the table for a look, and that nobody owned the endpoint where nobody did. */
export const judgedBy = ({ facts, former }: EndpointLook): readonly (Entity | undefined)[] => [
  facts.owner ?? unowned(facts),
  facts.pointer,
  facts.rollback,
  facts.move,
  facts.approved?.release ?? former,
  ...judgedBehind(facts),
];

/** A row that is not there: the first promotion to the endpoint creates it, and nothing else that a look reads tells of that. */
const unowned = ({ endpointName, now }: LookFacts): Endpoint => ({
  entity: 'endpoint',
  version: 0,
  endpointId: endpointId(endpointName),
  endpointName,
  status: 'released',
  modelName: ModelName.parse('nobody'),
  since: now,
});

/** The releases that what serves was deployed for, before those that its packages belong to; each once. */
const judgedBehind = ({ behind = [] }: Pick<LookFacts, 'behind'>): Release[] => {
  const deployed = behind.flatMap(({ release }) => release ?? []);
  const all = [...deployed, ...behind.flatMap(({ ofPackage }) => ofPackage)];
  return [...new Map(all.map((release) => [release.releaseId, release])).values()].slice(0, BEHIND_MAX);
};
