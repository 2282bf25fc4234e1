import { describe, expect, it } from 'vitest';
import { executionName } from '../../../lib/domain/change/execution-name.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { deploymentOf } from '../../../lib/domain/serving/deployment.ts';
import {
  NO_FALLBACK,
  recordSwitch,
  refuseRollback,
  refuseToAsk,
  requestRollback,
  rollBack,
  rollbackReasons,
} from '../../../lib/domain/serving/rollback-steps.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import {
  aHold,
  anEmptyPointer,
  anEndpoint,
  aPointer,
  aRollback,
  draft,
  inProduction,
  intended,
  keptPolicy,
  MODEL,
  releaseId,
  resulting,
  superseded,
  written,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const operator = { id: 'oscar', role: 'operator', auth: 'jwt' };
const asked = {
  pointer: aPointer(),
  current: inProduction,
  earlier: undefined,
  move: undefined,
  actor: operator,
  reason: 'errors doubled',
  linkedIncident: 'INC-7',
  now: NOW,
};

describe('a rollback that is asked for (RB-2)', () => {
  it('is one for the model and the epoch, with its execution noted', () => {
    const { change, rollback } = requestRollback(asked, superseded.releaseId);

    expect(rollback).toEqual(aRollback({ version: 1 }));
    expect(written(change)).toEqual(['replace pointer', 'expect release', 'create rollback']);
    expect(change.intents.map(({ intent }) => intent)).toEqual([
      {
        kind: 'start_execution',
        machine: 'rollback',
        name: executionName(`rollback-${MODEL}-2`, 0, NOW),
        input: `{"rollbackId":"rollback-${MODEL}-2"}`,
      },
    ]);
    expect(change.event).toMatchObject({
      event_type: 'rollback_requested',
      approval_state: 'production',
      actor_id: 'oscar',
      actor_role: 'operator',
      reason: 'errors doubled',
      linked_incident: 'INC-7',
      details: { from: inProduction.releaseId, to: superseded.releaseId, epoch: 2 },
    });
  });

  it('names what the endpoint was found to serve, if it is for that', () => {
    expect(requestRollback(asked, '').rollback).not.toHaveProperty('quarantined');
    expect(requestRollback({ ...asked, quarantined: 'by-hand' }, '').rollback.quarantined).toBe('by-hand');
  });

  it('takes the place of one that was refused, with an execution of its own', () => {
    const earlier = aRollback({ status: 'refused', version: 3 });
    const execution = executionName(`rollback-${MODEL}-2`, 3, NOW);

    const { change, rollback } = requestRollback({ ...asked, earlier }, superseded.releaseId);

    expect(written(change)).toEqual(['replace pointer', 'expect release', 'replace rollback']);
    expect(rollback).toMatchObject({ status: 'requested', version: 4, execution });
    expect(change.intents[0]?.intent).toMatchObject({ name: execution });
    // A table that goes back in time counts the same again.
    const later = plusMilliseconds(NOW, 1);
    const elsewhere = requestRollback({ ...asked, earlier, now: later }, superseded.releaseId);
    expect(elsewhere.rollback.execution).not.toBe(execution);
  });

  it('has an execution name that Step Functions takes, however long the model is called', () => {
    const pointer = aPointer({ modelName: aPointer().modelName.padEnd(63, 'x') as never, epoch: 123_456 });

    const { change } = requestRollback({ ...asked, pointer }, superseded.releaseId);

    const { intent } = change.intents[0] ?? {};
    expect(intent?.kind === 'start_execution' && intent.name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
    expect(intent?.kind === 'start_execution' && intent.name).toContain('x-123456-0');
  });

  it('is refused on record where there is nothing to go back to', () => {
    const change = refuseToAsk({ ...asked, pointer: aPointer({ fallbackReleaseId: '' }) }, NO_FALLBACK, NOW);

    expect(written(change)).toEqual(['expect pointer', 'expect release']);
    expect(change.event).toMatchObject({
      event_type: 'rollback_refused',
      idempotency_key: `rollback-${MODEL}-2:${NOW}`,
      reason: NO_FALLBACK,
      linked_incident: 'INC-7',
      details: { from: inProduction.releaseId, epoch: 2, asked_because: 'errors doubled' },
    });
    expect(intended(change)).toEqual(['publish Rollback Refused']);
  });
});

describe('a rollback (RB-1, RB-6)', () => {
  type Facts = Parameters<typeof rollbackReasons>[0];
  const facts: Facts = {
    rollback: aRollback(),
    pointer: aPointer(),
    endpoint: anEndpoint(),
    fallback: superseded,
    artifactSha256: digestOf('artifact'),
    departures: [],
    lapses: [],
  };
  const overwritten = { rule: 'artifact_version', evidence: '', explanation: 'overwritten' };
  const { recordSha256: _, ...withoutRecord } = superseded;
  const lapsed = { rule: 'approval_expiry', evidence: '', explanation: 'the approval expired yesterday' };
  const { pinned: __, ...unpinned } = superseded;

  it('is allowed when the fallback is what was approved and may still serve', () => {
    expect(rollbackReasons(facts)).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string[]]>([
    ['nothing is in production', { pointer: undefined }, ['epoch']],
    ['the pointer went on', { pointer: aPointer({ epoch: 3 }) }, ['epoch']],
    ['the endpoint is another model’s', { endpoint: anEndpoint({ modelName: 'other' as never }) }, ['endpoint']],
    ['the pointer names another release', { pointer: aPointer({ releaseId: releaseId('forged') }) }, ['pointer']],
    ['the pointer leads elsewhere', { pointer: aPointer({ fallbackReleaseId: '' }) }, ['pointer']],
    ['the pointer leads to another fallback', { pointer: aPointer({ fallbackReleaseId: 'forged' }) }, ['pointer']],
    ['the fallback is another model’s', { fallback: { ...superseded, modelName: 'other' as never } }, ['fallback']],
    ['the fallback is not there', { fallback: undefined }, ['fallback']],
    ['the fallback was rolled back itself', { fallback: { ...superseded, state: 'rolled_back' } }, ['fallback']],
    ['the fallback was retired', { fallback: { ...superseded, state: 'retired' } }, ['fallback']],
    ['its artifact has other bytes', { artifactSha256: digestOf('other') }, ['artifact_sha256']],
    ['its artifact was never pinned', { fallback: unpinned }, ['artifact_sha256']],
    ['it has no governance record', { fallback: withoutRecord }, ['governance_record']],
    ['its approval is not in force', { lapses: [lapsed] }, ['approval_expiry']],
    ['SageMaker would serve something else', { departures: [overwritten] }, ['artifact_version']],
    [
      'everything is wrong',
      {
        pointer: undefined,
        departures: [overwritten],
        fallback: { ...withoutRecord, state: 'retired' },
        artifactSha256: digestOf('x'),
        lapses: [lapsed],
      },
      ['epoch', 'fallback', 'governance_record', 'artifact_sha256', 'approval_expiry', 'artifact_version'],
    ],
    ['the pointer and the fallback are gone', { pointer: undefined, fallback: undefined }, ['epoch', 'fallback']],
  ])('is closed when %s', (_, changes, rules) => {
    const reasons = rollbackReasons({ ...facts, ...changes });

    expect(reasons.map(({ rule }) => rule)).toEqual(rules);
  });

  it.each([
    [undefined, 'the pointer is at epoch 0, but the rollback is for epoch 2'],
    [aPointer({ epoch: 3 }), 'the pointer is at epoch 3, but the rollback is for epoch 2'],
  ])('says in words why it is refused', (pointer, explanation) => {
    expect(rollbackReasons({ ...facts, pointer })).toEqual([{ rule: 'epoch', evidence: '', explanation }]);
  });

  it('that is refused is on record with every reason, and people are notified', () => {
    const reasons = rollbackReasons({ ...facts, pointer: undefined, lapses: [lapsed] });

    const change = refuseRollback(aRollback(), inProduction, reasons);

    expect(written(change)).toEqual(['replace rollback', 'expect release']);
    expect(resulting(change, 'rollback').status).toBe('refused');
    expect(change.event).toMatchObject({
      event_type: 'rollback_refused',
      approval_state: 'production',
      idempotency_key: `rollback-${MODEL}-2:refused`,
      reason: reasons.map(({ explanation }) => explanation).join('; '),
      details: { from: inProduction.releaseId, to: superseded.releaseId, initiated_by: 'oscar' },
    });
    expect(intended(change)).toEqual(['publish Rollback Refused']);
  });

  it('that is closed has an event that fits', () => {
    const reasons = Array.from({ length: 50 }, () => ({ rule: 'r', evidence: '', explanation: '😀'.repeat(200) }));

    expect(() =>
      sealEvent(refuseRollback(aRollback(), inProduction, reasons).event, MODEL, GENESIS, NOW),
    ).not.toThrow();
  });
});

describe('a switch of the endpoint', () => {
  it('is noted with the rollback and its configuration', () => {
    const change = recordSwitch(aRollback(), inProduction, ['mortgage-1-1-0-e3', NOW]);

    expect(written(change)).toEqual(['replace rollback', 'expect release']);
    expect(resulting(change, 'rollback')).toMatchObject({
      status: 'requested',
      endpointConfigName: 'mortgage-1-1-0-e3',
      switchOrderedAt: NOW,
    });
    expect(change.event).toMatchObject({
      event_type: 'deployment_started',
      idempotency_key: `rollback-${MODEL}-2:mortgage-1-1-0-e3`,
    });
    expect(intended(change)).toEqual([]);
  });

  it('is ordered for the epoch that comes after the flip', () => {
    expect(deploymentOf(superseded, 3)).toEqual({
      releaseId: superseded.releaseId,
      epoch: 3,
      modelPackageArn: superseded.modelPackageArn,
      variantName: 'AllTraffic',
      instanceType: 'ml.m5.large',
      serving: superseded.serving,
      instanceCount: 1,
    });
    const { serving: _, ...former } = superseded;
    expect(deploymentOf(former, 3)).toMatchObject({
      instanceType: 'ml.m5.large',
      instanceCount: 1,
      serving: undefined,
    });
    expect(deploymentOf(superseded, 3, 'scaled')).toMatchObject({ variantName: 'scaled' });
    expect(() => deploymentOf(draft, 1)).toThrow('has no modelPackageArn');
  });
});

describe('the flip back (RB-5)', () => {
  const flip = {
    rollback: aRollback({ endpointConfigName: 'e3' }),
    pointer: aPointer({ fallbackEndpointConfigName: 'e1' }),
    endpoint: anEndpoint(),
    failed: inProduction,
    fallback: superseded,
    fallbackPolicy: undefined,
    formerHold: undefined,
    now: LATER,
  };

  it('puts the fallback in production, leaves no fallback, and charges who asked', () => {
    const change = rollBack(flip);

    expect(written(change)).toEqual([
      'replace pointer',
      'replace release',
      'replace release',
      'replace rollback',
      'expect endpoint',
      'create hold',
    ]);
    expect(resulting(change, 'pointer')).toEqual({
      ...aPointer(),
      epoch: 3,
      releaseId: superseded.releaseId,
      fallbackReleaseId: '',
      endpointConfigName: 'e3',
      since: LATER,
    });
    expect(change.writes.map(({ entity }) => ('state' in entity ? `${entity.releaseId} ${entity.state}` : ''))).toEqual(
      ['', 'mortgage-1-2-0 rolled_back', 'mortgage-1-1-0 production', '', '', ''],
    );
    expect(resulting(change, 'rollback')).toMatchObject({ status: 'executed', executedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'rollback_executed',
      release_id: inProduction.releaseId,
      approval_state: 'rolled_back',
      actor_id: 'oscar',
      actor_role: 'operator',
      actor_auth: 'jwt',
      reason: 'errors doubled',
      linked_incident: 'INC-7',
      details: { from: inProduction.releaseId, to: superseded.releaseId, epoch: 2, operators_needed: 1 },
    });
    expect(intended(change)).toEqual([
      `sync ${inProduction.releaseId}`,
      `sync ${superseded.releaseId}`,
      'publish Release Rolled Back',
      'notify rolled_back',
    ]);
  });

  it('holds the model in the same transaction, whoever held it before (RB-7)', () => {
    const former = aHold({ version: 4, status: 'released', rollbackId: 'an earlier one' });

    const change = rollBack({ ...flip, formerHold: former });

    expect(written(change).at(-1)).toBe('replace hold');
    expect(resulting(change, 'hold')).toEqual({ ...aHold(), version: 4, heldSince: LATER });
  });

  it.each([
    ['low', 'medium', 1],
    ['high', 'low', 2],
    ['low', 'high', 2],
  ] as const)('from tier %s to tier %s needs %i operators to end the hold', (from, to, operators) => {
    const change = rollBack({
      ...flip,
      failed: { ...inProduction, riskTier: from },
      fallback: { ...superseded, riskTier: to },
    });

    expect(resulting(change, 'hold').operatorsNeeded).toBe(operators);
    expect(change.event.details['operators_needed']).toBe(operators);
  });

  it('to nothing empties the pointer, whose epoch grows, and leaves a fallback as it is (RB-9)', () => {
    const rollback = aRollback({ toReleaseId: '' });

    const change = rollBack({ ...flip, rollback, fallback: undefined });

    expect(written(change)).toEqual([
      'replace pointer',
      'replace release',
      'replace rollback',
      'replace endpoint',
      'create hold',
    ]);
    expect(resulting(change, 'pointer')).toEqual({ ...anEmptyPointer(), version: 2, since: LATER });
    expect(resulting(change, 'release')).toMatchObject({ releaseId: inProduction.releaseId, state: 'rolled_back' });
    // The endpoint is gone, and its name is free.
    expect(resulting(change, 'endpoint')).toMatchObject({ endpointName: 'mortgage', status: 'released' });
    expect(resulting(change, 'hold')).toEqual({ ...aHold(), version: 0, heldSince: LATER });
    expect(change.event).toMatchObject({
      event_type: 'rollback_executed',
      details: { from: inProduction.releaseId, to: '', epoch: 2, operators_needed: 1 },
    });
    expect(intended(change)).toEqual([
      `sync ${inProduction.releaseId}`,
      'publish Release Rolled Back',
      'notify rolled_back',
    ]);
  });

  const renewing = { ...keptPolicy.policy, auto_renew: true, approval_expiry_days: 90 };
  const approvedFor = (days: number) =>
    Release.parse({ ...superseded, approvedUntil: plusMilliseconds(LATER, days * DAY_MS) });
  it.each([
    ['was due while it did not serve', approvedFor(9), renewing, [plusMilliseconds(LATER, HOUR_MS)]],
    ['comes by itself', approvedFor(11), renewing, []],
    ['its policy does not want', approvedFor(9), keptPolicy.policy, []],
    ['its policy is not known', approvedFor(9), undefined, []],
    ['there is no approval for', Release.parse({ ...superseded, approvedUntil: undefined }), renewing, []],
  ])('has a renewal tried that %s, once somebody has looked at what serves', (_, fallback, fallbackPolicy, due) => {
    const { intents } = rollBack({ ...flip, fallback, fallbackPolicy });

    const renewals = intents.filter(({ intent }) => intent.kind === 'renew_approval');
    expect(renewals.map(({ dueAt }) => dueAt)).toEqual(due);
  });

  it('keeps the configuration of the pointer when no switch was noted', () => {
    expect(resulting(rollBack({ ...flip, rollback: aRollback() }), 'pointer').endpointConfigName).toBe(
      aPointer().endpointConfigName,
    );
  });

  it.each([
    { failed: superseded, fallback: superseded },
    { failed: inProduction, fallback: { ...superseded, state: 'rolled_back' as const } },
  ])('is from production to a superseded release only', async (changes) => {
    expect(await refusalCodeOf(() => rollBack({ ...flip, ...changes }))).toBe('IllegalTransition');
  });
});
