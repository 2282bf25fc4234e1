/** What a look at endpoints finds, and does about it: each act as it is recorded. */
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { expect } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { now } from '../../lib/runtime/clock.ts';
import { NOW } from './approval-case.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import { patiently } from './patiently.ts';
import type { Product } from './product.ts';
import { inAct, recording } from './recorded-acts.ts';
import { aMove, aPointer, aRollback, inProduction, keptPolicy, MODEL } from './release-life.ts';
import { sweeping } from './swept.ts';

const OF_OTHERS = { PrimaryContainer: { Image: 'of-others/model:1' } };

/** An endpoint is changed past Assay, and switched back; another one is made past Assay, and deleted. */
export const tellOfSweeps = async (product: Product, model: string): Promise<void> => {
  const { changeByHand, createByHand, inService, sagemaker, sweep } = sweeping(product);
  const look = (EndpointName: string) =>
    inAct('sweep-endpoints', () => product.invoke('sweep-endpoints', { detail: { EndpointName } }));
  const { endpointConfigName = '' } = (await product.store.get('pointer', model)) ?? {};
  await look(model);
  await changeByHand('by-hand', OF_OTHERS);
  await look(model);
  await inService(model, endpointConfigName);
  await look(model);
  const EndpointName = 'watched-by-name';
  await createByHand(EndpointName, OF_OTHERS);
  // A minute looks at several endpoints, and at this one first: what it reads for the others is no part of the act.
  const at = now();
  const state = { version: 1, listedUntil: at, allListedAt: at, waiting: [EndpointName] };
  const key = { pk: 'SWEEP', sk: 'STATE' };
  await product.doctor(key, { ...key, ...state });
  await inAct('sweep-endpoints', sweep);
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName }));
  await patiently(async () => expect(await findEndpoint(EndpointName)).toBeUndefined());
  await look(EndpointName);
};

/** An endpoint is taken down though a rollback of the model was refused, and a move of it is under way. */
export const tellOfTakingDown = async (): Promise<void> => {
  const memory = memoryReleaseStore();
  memory.seed(inProduction, aPointer(), keptPolicy, aRollback({ status: 'refused' }), aMove());
  const store = withinRights('SweepEndpoints', recording(memory));
  const claim = { modelName: MODEL, actor: ASSAY, reason: 'mortgage serves by-hand', linkedIncident: '' };
  const down = { ...claim, toNothing: true, quarantined: 'by-hand' };
  await inAct('sweep-endpoints', () => askRollback(down, store, () => NOW));
};

/** An operator takes back what serves, by the console, while a move of its endpoint is under way. */
export const tellOfStoppedMove = async (): Promise<void> => {
  const memory = memoryReleaseStore();
  memory.seed(inProduction, aPointer(), keptPolicy, aMove());
  const store = withinRights('ServeConsole', recording(memory));
  const actor = { id: 'omar', role: 'operator', auth: 'jwt' } as const;
  const claim = { modelName: MODEL, actor, reason: 'it answers late', linkedIncident: 'INC-12', toNothing: true };
  await inAct('askRollback', () => askRollback(claim, store, () => NOW));
};
