/**
 * Every record that can change and that a judgement read is replaced or expected by the transaction that it leads to. The
 * product's own Lambdas and the domain's acts run here with a store that compares the two. What they write is what their
 * Lambdas have a right to, and no Lambda has a right that none of its acts needs.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expireApprovalIfDue } from '../../lambdas/dispatch-outbox/intents/expire-approval.ts';
import { expireRequestIfPending } from '../../lambdas/dispatch-outbox/intents/expire-request.ts';
import { recordDroppedMail } from '../../lib/domain/approval/drop-mail.ts';
import { payloadFor } from '../../lib/domain/approval/link.ts';
import { type PersonalAnswer, takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { withdrawRequest } from '../../lib/domain/approval/withdraw.ts';
import { publishDecisionKey } from '../../lib/domain/attestation/decision-key.ts';
import { keepLogAlive } from '../../lib/domain/attestation/heartbeat.ts';
import { askKeyRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { EventType } from '../../lib/domain/ledger/event.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { adoptEndpoint } from '../../lib/domain/serving/adopt-endpoint.ts';
import { answerAlarm } from '../../lib/domain/serving/answer-alarm.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { EndpointConfiguration } from '../../lib/domain/serving/endpoint-shape.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { folderOf } from '../../lib/infra/environments.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { beyondRights, rightsOf, WRITERS, type Writer } from '../../lib/rights/writers.ts';
import { now } from '../../lib/runtime/clock.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, answerOf } from '../support/approval-case.ts';
import { tellOfConditions } from '../support/conditions-met.ts';
import { DECISION_KEY } from '../support/decision-key.ts';
import { deployedBytes, SHIPPED_POLICY } from '../support/deployed-files.ts';
import { patiently } from '../support/patiently.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { RARE_ACTS } from '../support/rare-acts.ts';
import { CHANGEABLE, inAct, recording, transactions, writtenBy } from '../support/recorded-acts.ts';
import { redriveOne } from '../support/redriven.ts';
import { anUnsignedApprovalOf, approved } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { standApproved } from '../support/stand-approved.ts';
import { tellOfControls } from '../support/told-of-controls.ts';
import { tellOfMonitoring } from '../support/told-of-monitoring.ts';
import { tellOfPackages, tellOfRegistry } from '../support/told-of-packages.ts';
import { tellOfRenewals } from '../support/told-of-renewals.ts';
import { tellOfStoppedMove, tellOfSweeps, tellOfTakingDown } from '../support/told-of-sweeps.ts';
import { tellOfWaiting } from '../support/told-of-waiting.ts';
import { countsOf, ONCE_IN_A_LIFE, saidTwice, told, wronglySaid } from '../support/told-once.ts';
import { walk } from '../support/walk.ts';
import { WHOSE } from '../support/whose-acts.ts';

vi.mock(import('../../lib/adapters/dynamodb-release-store.ts'), async (original) => {
  const { recording } = await import('../support/recorded-acts.ts');
  const actual = await original();
  return { ...actual, dynamodbReleaseStore: (table) => recording(actual.dynamodbReleaseStore(table)) };
});

const MODEL = 'hmda-mortgage';
const OPERATOR = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'why not', linkedIncident: 'INC-1' };
const LONG_AGO = '2020-01-01T00:00:00.000Z';

/** What a transaction need not hold though it was read before, and why. */
const EXCEPTIONS: Readonly<Record<string, { readonly kinds: readonly string[]; readonly because: string }>> = {
  release_requested: {
    kinds: ['configuration'],
    because: 'the Lambda judges by the policy that it was deployed with, which was put on record before',
  },
  stage_evaluated: {
    kinds: ['pointer', 'release'],
    because: 'the release in production is compared with; the flip is denied unless it is still the way back',
  },
  ...Object.fromEntries(
    [
      ...['approval_granted', 'approval_refused', 'release_approved', 'promotion_refused', 'model_package_restored'],
      ...['deployment_started', 'deployment_promoted'],
    ].map((type) => [type, { kinds: ['approval'], because: 'each decision replaces its request, which is held' }]),
  ),
};

let product: Product;
const orderOfSageMaker = (settings: object) =>
  fetch(`${product.aws.sagemakerEndpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });
const call = (lambda: string, event: unknown) => inAct(lambda, () => product.invoke(lambda, event));
const request = async (version: string, changes: object = {}) =>
  call('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: { ...(await exampleManifest(version)), ...changes },
  });
const doctor = (releaseId: string, changes: Partial<Record<keyof Release, unknown>>) =>
  product.doctor({ pk: `RELEASE#${releaseId}`, sk: 'META' }, changes);

const approve = async (version: string, releaseId = `${MODEL}-${version}`): Promise<void> => {
  await request(
    version,
    releaseId === `${MODEL}-${version}` ? {} : { release_id: releaseId, config_version: releaseId },
  );
  const people = async () => {
    for (const person of ['ana.silva', 'ruth.meyer']) await inAct('decide', () => product.decide(releaseId, person));
    return 'approved';
  };
  await walk('release', { input: { releaseId }, invoke: call, people });
};
type Before = Readonly<Record<string, () => Promise<unknown>>>;
/** Walks one attempt at its promotion; something else happens before the Lambda of a name. */
const promote = async (releaseId: string, attempt = 1, before: Before = {}): Promise<string> => {
  await product.drain();
  return walk('promotion', {
    input: { releaseId, attempt },
    invoke: async (lambda, event) => {
      await before[lambda]?.();
      return call(lambda, event);
    },
    meanwhile: product.drain,
  });
};
const expire = (releaseId: string) => () => doctor(releaseId, { approvedUntil: LONG_AGO });
const rollBack = (epoch: number) =>
  walk('rollback', { input: { rollbackId: rollbackId(MODEL, epoch) }, invoke: call, meanwhile: product.drain });

const tellStory = async (): Promise<void> => {
  await request('1.1.0', { release_id: 'no-version', model_version: 'latest' });
  await approve('1.0.0');
  await approve('1.1.0');
  await tellOfPackages(product, `${MODEL}-1.1.0`);
  await promote(`${MODEL}-1.1.0`);
  await tellOfSweeps(product, MODEL);
  await approve('1.2.0', `${MODEL}-late`);
  await promote(`${MODEL}-late`, 1, { 'promote-release': expire(`${MODEL}-late`) });
  await tellOfExpiry();
  await approve('1.2.0');
  await promote(`${MODEL}-1.2.0`, 1, { 'verify-promotion': expire(`${MODEL}-1.2.0`) });
  await doctor(`${MODEL}-1.2.0`, { approvedUntil: '2040-01-01T00:00:00.000Z' });
  await inAct('askPromotion', () => askPromotion({ ...OPERATOR, releaseId: `${MODEL}-1.2.0` }, product.store, now));
  await orderOfSageMaker({ endpoints: { [MODEL]: { hold: true, failNextUpdate: 'There is no capacity.' } } });
  await promote(`${MODEL}-1.2.0`, 2, { 'verify-endpoint': () => orderOfSageMaker({ endpoints: { [MODEL]: {} } }) });
  await inAct('askPromotion', () => askPromotion({ ...OPERATOR, releaseId: `${MODEL}-1.2.0` }, product.store, now));
  await promote(`${MODEL}-1.2.0`, 3);
  await tellOfRollbacks();
  await tellOfAdoptions();
  await tellOfRotations();
  await inAct('publishDecisionKey', () => publishDecisionKey(DECISION_KEY.signer, product.store, now));
  const silent = { size: 3, coveredUntil: undefined };
  await inAct('keepLogAlive', () => keepLogAlive(silent, product.store, now));
  await inAct('redriveParked', () => redriveOne(product.store));
  await inAct('keepLogAlive', () => keepLogAlive(silent, product.store, () => plusMilliseconds(now(), HOUR_MS)));
};

/** An endpoint without an owner is adopted, and then refused to another model. */
const tellOfAdoptions = async (): Promise<void> => {
  const endpointName = 'made-by-hand';
  for (const modelName of ['adopting', 'another-model'] as never[]) {
    const configuration = EndpointConfiguration.parse({ ProductionVariants: [{ VariantName: 'all' }] });
    const found = { serves: 'c', headsFor: 'c', condition: 'in_service', createdAt: now() } as const;
    const world = { store: product.store, findShape: async () => ({ ...found, endpointName, configuration }), now };
    const claim = { ...OPERATOR, endpointName, modelName };
    await inAct('adoptEndpoint', () => adoptEndpoint(claim, world)).catch(() => undefined);
  }
};

/** The Lambda that renews finds the new keys in its environment, because it is loaded only now. */
const tellOfRotations = async (): Promise<void> => {
  const makeKey = () => product.aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY');
  const keys = { recordKeyId: await makeKey(), attestationKeyId: await makeKey() };
  Object.assign(process.env, { RECORD_KEY_ID: keys.recordKeyId, ATTESTATION_KEY_ID: keys.attestationKeyId });
  const ask = () => inAct('askKeyRotation', () => askKeyRotation(OPERATOR, keys, product.store, now));
  const { rotation } = await ask();
  const { rotationId } = rotation;
  await call('record-fault', { rotationId, error: 'States.Timeout' });
  await ask();
  for (const after of ['', 'credit-1']) await call('renew-signatures', { rotationId, after, renewed: 0, refused: 0 });
};

const portsOf = (scene: ApprovalCase) => ({
  store: recording(scene.store),
  directory: async () => scene.directory,
  signer: DECISION_KEY.signer,
  now: () => scene.request.createdAt,
});

const tellOfDecisions = async (): Promise<void> => {
  for (const invitation of [{ n: 'a-made-up-nonce-00' }, {}]) {
    const scene = await anApprovalCase();
    // A former version took it: it is made again.
    scene.store.seed(anUnsignedApprovalOf('ada', 'ml_lead'));
    const given: PersonalAnswer = {
      ...answerOf(scene, 'ada', { decision: 'deny', comment: 'the groups differ' }),
      payload: { ...payloadFor(scene.request, 'ada'), ...invitation },
    };
    const ports = portsOf(scene);
    await inAct('takeDecision', () => takeDecision(given, ports)).catch(() => undefined);
    const by = { actorId: 'omar', actorAuth: 'jwt', isOperator: true, reason: 'why not' };
    const claim = { ...by, id: scene.release.releaseId };
    await inAct('withdrawRequest', () => withdrawRequest(claim, ports.store, ports.now)).catch(() => undefined);
  }
};

/** Somebody asks for changes; and a former version took the decision of somebody else, who is asked again. */
const tellOfOtherDecisions = async (): Promise<void> => {
  const [scene, unsigned] = [await anApprovalCase(), await anApprovalCase()];
  const answer = answerOf(scene, 'ada', { decision: 'request_changes', comment: 'say what changed' });
  await inAct('takeDecision', () => takeDecision(answer, portsOf(scene)));
  unsigned.store.seed(anUnsignedApprovalOf('grace', 'risk_owner'));
  await inAct('takeDecision', () => takeDecision(answerOf(unsigned, 'ada'), portsOf(unsigned)));
};

const tellOfRollbacks = async (): Promise<void> => {
  const ask = () => inAct('askRollback', () => askRollback({ ...OPERATOR, modelName: MODEL }, product.store, now));
  const alarm = {
    alarmId: 'errors',
    alarmState: 'ALARM',
    changedAt: now(),
    modelName: MODEL as never,
    reason: 'errors',
  };
  const hear = (changes: object) =>
    inAct('answerAlarm', () => answerAlarm({ ...alarm, ...changes }, product.store, now));
  const fallback = `${MODEL}-1.1.0`;
  const before = await product.store.get('release', fallback);
  await hear({ changedAt: LONG_AGO });
  await ask();
  await doctor(fallback, { approvedUntil: LONG_AGO });
  await rollBack(2);
  await doctor(fallback, { approvedUntil: before?.approvedUntil });
  await ask();
  for (const faulted of [false, true]) {
    await call('record-fault', { rollbackId: rollbackId(MODEL, 2), error: 'States.Timeout', faulted });
  }
  await hear({});
  await rollBack(2);
  await hear({ alarmId: 'latency', changedAt: now() });
  await ask().catch(() => undefined);
  await call('record-fault', { releaseId: fallback, attempt: 1, error: 'States.Timeout' });
  await tellOfHold();
  await tellOfMoves();
  await tellOfNothing();
};

const tellOfNothing = async (): Promise<void> => {
  const claim = { ...OPERATOR, modelName: MODEL };
  await inAct('askRollback', () => askRollback({ ...claim, toNothing: true }, product.store, now));
  await inAct('askRollback', () => askRollback(claim, product.store, now)).catch(() => undefined);
  expect(await rollBack(4)).toBe('RollbackExecuted');
};

/** One that fits again after the rollback is denied while the model is held, and promoted afterwards. */
const tellOfHold = async (): Promise<void> => {
  const late = await requireFound(product.store.get('release', `${MODEL}-late`), 'late');
  const { release, rows } = await standApproved(product, {
    ...late,
    ...{ version: 0, releaseId: `${MODEL}-fits` as Release['releaseId'], modelVersion: '1.3.0' },
    ...{ state: 'approved', approvedUntil: '2040-01-01T00:00:00.000Z' as Release['approvedUntil'] },
    ...{ policySha256: approved.policySha256, riskTier: 'medium', endpointConfigName: 'late', promotionAttempt: 1 },
  });
  const { releaseId } = release;
  const writes = [release, ...rows].map((entity) => ({ kind: 'create' as const, entity }));
  for (const some of [writes.slice(0, 25), writes.slice(25)]) {
    await product.store.commit(aChange('seeded', some), now());
  }
  for (const lambda of ['verify-promotion', 'promote-release']) await call(lambda, { releaseId, attempt: 1 });
  const { initiatedBy = '' } = (await product.store.get('hold', MODEL)) ?? {};
  for (const id of [initiatedBy, 'olga', 'ines']) {
    const claim = { ...OPERATOR, modelName: MODEL, actor: { ...OPERATOR.actor, id } };
    await inAct('releaseHold', () => releaseHold(claim, product.store, now)).catch(() => undefined);
  }
  const party = { ...OPERATOR, releaseId, actor: { ...OPERATOR.actor, id: 'ada' } };
  await inAct('askPromotion', () => askPromotion(party, product.store, now)).catch(() => undefined);
  await inAct('askPromotion', () => askPromotion({ ...OPERATOR, releaseId }, product.store, now));
  expect(await call('promote-release', { releaseId, attempt: 2 })).toEqual({ outcome: 'promoted' });
};

/** One is refused at once, one because its endpoint does not come up, and one ends where the model serves from. */
const tellOfMoves = async (): Promise<void> => {
  const ask = (endpointName: string) =>
    inAct('askMove', () => askMove({ ...OPERATOR, modelName: MODEL, endpointName }, product.store, now));
  const go = async (number: number) => {
    await product.drain();
    return walk('move', { input: { modelName: MODEL, move: number }, invoke: call, meanwhile: product.drain });
  };
  await ask(MODEL).catch(() => undefined);
  await orderOfSageMaker({ endpoints: { elsewhere: { failNextCreate: 'There is no capacity.' } } });
  await ask('elsewhere');
  await go(1);
  const { move } = await ask('elsewhere');
  const step = { modelName: MODEL, move: move.number };
  await call('open-endpoint', step);
  await patiently(async () => expect(await call('verify-endpoint', step)).toEqual({ outcome: 'in_service' }));
  await call('move-endpoint', step);
  await call('record-fault', { ...step, error: 'States.Timeout' });
  await ask('elsewhere');
  expect(await go(move.number)).toBe('EndpointMoved');
  // What serves does so from elsewhere by now.
  await doctor(`${MODEL}-late`, { endpointConfigName: 'late', promotionAttempt: 1 });
  await call('restore-endpoint', { releaseId: `${MODEL}-late`, attempt: 1 });
};

const tellOfExpiry = async (): Promise<void> => {
  const store = withinRights('DispatchOutbox', product.store);
  const releaseId = `${MODEL}-late`;
  await inAct('expire_approval', () => expireApprovalIfDue({ kind: 'expire_approval', releaseId }, { store, now }));
  const dropped = { releaseId, personId: 'gone', about: 'request' };
  await inAct('drop_mail', () => recordDroppedMail(dropped, { store, directory: aDirectory(), now }));
  await request('1.2.0', { release_id: 'unanswered', config_version: 'unanswered' });
  await walk('release', {
    input: { releaseId: 'unanswered' },
    invoke: call,
    people: async () => {
      await product.doctor({ pk: 'REQUEST#apr-unanswered', sk: 'META' }, { expiresAt: LONG_AGO });
      const requestId = 'apr-unanswered';
      await inAct('expire_request', () =>
        expireRequestIfPending({ kind: 'expire_request', requestId }, { store, now }),
      );
      return 'expired';
    },
  });
};

beforeAll(async () => {
  product = await startProduct('held', deployedBytes({ ...SHIPPED_POLICY, quarantine: 'switch_back' }));
  await tellStory();
  for (const tell of [tellOfDecisions, tellOfOtherDecisions, tellOfWaiting, tellOfConditions]) await tell();
  for (const tell of [tellOfRegistry, tellOfTakingDown, tellOfStoppedMove, tellOfControls]) await tell();
  for (const tell of [tellOfMonitoring, tellOfRenewals]) await tell();
});
afterAll(() => product.stop());

describe('a judgement', () => {
  it('is committed only if what it was judged by is as it was read', () => {
    const skewed = transactions.flatMap(({ act, event, unheld }) =>
      unheld.filter((kind) => !EXCEPTIONS[event]?.kinds.includes(kind)).map((kind) => `${act} ${event}: ${kind}`),
    );

    expect([...new Set(skewed)]).toEqual([]);
  });

  it('was made here for every event that there is', () => {
    // A step that wants what the table of transitions does not allow: only a defect of ours leads there.
    const seen = new Set([...transactions.map(({ event }) => event), 'transition_refused']);

    expect(EventType.options.filter((type) => !seen.has(type))).toEqual([]);
  });

  it('needs every exception that there is', () => {
    const needed = new Set(transactions.flatMap(({ event, unheld }) => unheld.map((kind) => `${event} ${kind}`)));
    const listed = Object.entries(EXCEPTIONS).flatMap(([event, { kinds }]) => kinds.map((kind) => `${event} ${kind}`));

    expect(listed.filter((exception) => !needed.has(exception))).toEqual([]);
  });

  it('replaces no record of a kind that is taken for unchanging', () => {
    expect(transactions.flatMap(({ replaces }) => replaces).filter((kind) => !CHANGEABLE.includes(kind))).toEqual([]);
  });
});

describe('an event (AU-1, AU-2, AU-3)', () => {
  it('says what the catalogue describes, all of it and nothing else', () => {
    expect(wronglySaid([...told().map(({ draft }) => draft), ...RARE_ACTS.map(({ change }) => change.event)])).toEqual(
      [],
    );
  });

  it('is written once for one act, though each step of a machine was taken twice', () => {
    expect(saidTwice()).toEqual([]);
    expect(countsOf(`${MODEL}-1.1.0`, Object.keys(ONCE_IN_A_LIFE))).toEqual(ONCE_IN_A_LIFE);
    expect(countsOf(`${MODEL}-1.2.0`, ['rollback_executed'])).toEqual({ rollback_executed: 1 });
  });
});

const NAMES = Object.keys(WRITERS) as Writer[]; // the keys of that very table

describe('a right to write', () => {
  const sourcesOf = (writer: Writer): string =>
    globSync(`lambdas/${folderOf(writer)}/**/*.ts`, { cwd: PROJECT })
      .map((file) => readFileSync(join(PROJECT, file), 'utf8'))
      .join('');

  it.each(NAMES)('is needed by an act of its Lambda: %s', (writer) => {
    const told = transactions.filter(({ act }) => WHOSE[act]?.includes(writer) ?? act === folderOf(writer));
    const rare = RARE_ACTS.filter((act) => act.writer === writer).map(({ change }) => writtenBy(change));
    const used = [...told, ...rare];
    const { writes, intents } = rightsOf(writer);

    expect(writes.filter((kind) => !used.some((one) => one.writes.includes(kind)))).toEqual([]);
    expect(intents.filter((kind) => !used.some((one) => one.intents.includes(kind)))).toEqual([]);
  });

  it.each(RARE_ACTS)('is used where $writer calls $calls', ({ writer, calls, change }) => {
    expect(sourcesOf(writer)).toMatch(new RegExp(`\\b${calls}\\(`));
    expect(beyondRights(writer, change)).toEqual([]);
  });
});

describe('a transaction', () => {
  it('has 40 items at most, whatever was judged', () => {
    expect(Math.max(...transactions.map(({ items }) => items))).toBeLessThanOrEqual(40);
  });
});
