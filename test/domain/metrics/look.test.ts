import { describe, expect, it } from 'vitest';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { holding } from '../../../lib/domain/metrics/alerts.ts';
import type { Compared } from '../../../lib/domain/metrics/deviations.ts';
import { countsFrom, type EventCounts } from '../../../lib/domain/metrics/event-counts.ts';
import { type Look, momentOf } from '../../../lib/domain/metrics/look.ts';
import { METRICS, type MetricName, sampleNames } from '../../../lib/domain/metrics/metrics.ts';
import { governanceStatus, hashValues, ownerDigest, servedFacts } from '../../../lib/domain/metrics/served-facts.ts';
import type { BreakGlass } from '../../../lib/domain/records/break-glass.ts';
import { at, NOW } from '../../support/approval-case.ts';
import {
  APPROVED_UNTIL,
  aBreakGlass,
  anEmptyPointer,
  aPointer,
  inProduction,
  policy,
} from '../../support/release-life.ts';
import { aLook, facts, sweepOf } from './a-look.ts';

const mismatch = sweepOf({ alerts: ['GovernanceRecordMismatch'] });
const labels = { model_name: 'mortgage-approval', endpoint: 'mortgage' };
const sampleOf = (look: Look, name: string) => momentOf(look).samples.find((sample) => sample.name === name)?.value;

describe('what serves', () => {
  const people = { name: 'human_approval', description: 'People decide.', required: true, blocking: true, checks: [] };
  const asked = { ...policy, stages: [...policy.stages, people] };
  const stages = policy.stages.filter(({ required }) => required).map(({ name }) => name);
  const found = {
    release: inProduction,
    pointer: aPointer(),
    policy: asked,
    review: undefined,
    breakGlass: undefined,
    attested: stages,
    deviations: { privacy: 1, security: 0 },
    isRevoked: false,
    owner: 'Credit Risk',
  };

  it('is a release with its record, its approval, and every stage that its tier requires', () => {
    const served = servedFacts(found);

    expect(served).toMatchObject({
      modelName: inProduction.modelName,
      endpointName: aPointer().endpointName,
      hasRecord: true,
      governedSha256: inProduction.pinned?.artifactSha256,
      approvedUntil: APPROVED_UNTIL,
      isSuspended: false,
      deviations: { privacy: 1, security: 0 },
    });
    expect(served.requiredStages).toBeGreaterThan(1);
    expect(served.completedStages).toBe(served.requiredStages);
  });

  it('lacks a stage without its attestation, people who approved, or the policy that says what was required', () => {
    const missing = (changes: object) => {
      const { requiredStages, completedStages } = servedFacts({ ...found, ...changes });
      return requiredStages - completedStages;
    };
    const { approvedAt: _, approvedUntil: __, recordSha256: ___, pinned: ____, ...never } = inProduction;

    expect(missing({ attested: stages.slice(1) })).toBe(1);
    expect(missing({ release: never })).toBe(1);
    expect(missing({ policy: undefined })).toBe(1);
    expect(servedFacts({ ...found, release: never })).toMatchObject({ hasRecord: false });
  });

  it('waits for people again when its approval was taken back, and is shown nowhere as approved', () => {
    const served = servedFacts({ ...found, isRevoked: true });

    expect(governanceStatus(served, NOW)).toBe('pending');
    expect(served.isShown).toBe(false);
    expect(servedFacts(found)).toMatchObject({ isShown: true, packageId: inProduction.modelPackageArn });
  });

  it('is due for a review where its policy asks for one', () => {
    const days = { review_every_days: { [inProduction.riskTier]: 90 } };
    const dueAt = (changes: object) =>
      servedFacts({ ...found, policy: { ...asked, monitoring: days }, ...changes }).reviewDueAt;

    expect(dueAt({})).toBe('2027-02-19T09:00:00.000Z');
    expect(dueAt({ policy: asked })).toBeUndefined();
    expect(dueAt({ pointer: undefined })).toBeUndefined();
  });

  it('is due for the documentation of a break-glass that was used, where that is due earlier', () => {
    const days = { review_every_days: { [inProduction.riskTier]: 1 } };
    const used = { at: NOW, attempt: 1, documentBy: plusMilliseconds(NOW, DAY_MS * 3) };
    const documented = { by: 'olga', at: NOW, account: 'what was done' };
    const dueAt = (breakGlass: BreakGlass, monitoring?: object) =>
      servedFacts({ ...found, policy: { ...asked, ...(monitoring && { monitoring }) }, breakGlass }).reviewDueAt;

    expect(dueAt(aBreakGlass({ used }))).toBe(used.documentBy);
    expect(String(dueAt(aBreakGlass({ used }), days)) < used.documentBy).toBe(true);
    expect(dueAt(aBreakGlass())).toBeUndefined();
    expect(dueAt(aBreakGlass({ used, documented }))).toBeUndefined();
  });

  it('serves from where its model was moved to', () => {
    const endpoint = (pointer: Parameters<typeof servedFacts>[0]['pointer']) =>
      servedFacts({ ...found, pointer }).endpointName;

    expect(endpoint(aPointer({ endpointName: 'moved' }))).toBe('moved');
    expect(endpoint(anEmptyPointer())).toBe(endpoint(undefined));
  });
});

describe('the governance status (ST-3)', () => {
  const other = 'f'.repeat(64);

  it.each<[string, Partial<Compared>, string]>([
    ['what people approved and is what serves', {}, 'governed'],
    ['what was found to be what was approved', { deployedSha256: facts.governedSha256 as string }, 'governed'],
    ['what has no record', { hasRecord: false }, 'ungoverned'],
    [
      'what is not what was approved, also after its approval',
      { deployedSha256: other, approvedUntil: NOW },
      'ungoverned',
    ],
    ['what ran out this very moment', { approvedUntil: NOW }, 'expired'],
    ['what has no end', { approvedUntil: undefined }, 'expired'],
    ['what ran out while it was suspended', { isSuspended: true, approvedUntil: NOW }, 'expired'],
    ['what waits for people again', { isSuspended: true }, 'pending'],
  ])('of %s', (_, changes, status) => {
    const changed = { ...facts, ...changes } as Compared;

    expect(governanceStatus(changed, NOW)).toBe(status);
  });
});

describe('digests as numbers', () => {
  it('are the same where the digests are, and only there', () => {
    const digest = 'abcdef012345'.padEnd(64, '0');

    expect(hashValues(digest, digest)).toEqual([0xabcdef012345, 0xabcdef012345]);
    expect(hashValues(digest, 'f'.repeat(64))).toEqual([0xabcdef012345, 0xffffffffffff]);
    // Whoever looks long enough finds one whose first 48 bits are the same.
    const [governed, deployed] = hashValues(digest, `${digest.slice(0, 63)}1`);
    expect(governed).not.toBe(deployed);
    expect(Number.isSafeInteger(hashValues('f'.repeat(64), `${'f'.repeat(63)}0`)[1])).toBe(true);
  });
});

describe('the samples of a look', () => {
  it('are of the list, with the labels that it names', () => {
    const { samples } = momentOf(aLook());

    for (const { name, labels: found } of samples) {
      const metric = (Object.keys(METRICS) as MetricName[]).find((one) => sampleNames(one).includes(name));
      const known: readonly string[] = metric === undefined ? [] : METRICS[metric].labels;
      expect(known, name).toEqual(expect.arrayContaining(Object.keys(found).filter((label) => label !== 'le')));
    }
  });

  it('are of every metric', () => {
    const { modelName, releaseId } = facts;
    const monitored = [{ modelName, releaseId, driftViolations: 0, accuracyShortfall: -0.1 }];
    const serving = [{ ...facts, reviewDueAt: NOW, hasOwner: true, deviations: { privacy: 0, security: 0 } }];
    const errors = [{ endpointName: 'Mortgage', ratio: 0.01 }];
    const counts = { ...aLook().counts, unexpectedSigningAt: NOW } as EventCounts;
    const names = new Set(momentOf(aLook({ monitored, serving, errors, counts })).samples.map(({ name }) => name));
    const silent = (Object.keys(METRICS) as MetricName[]).filter(
      (metric) => !sampleNames(metric).some((name) => names.has(name)),
    );

    expect(silent).toEqual([]);
  });

  it.each([
    ['2026-11-21T08:59:59.000Z', 1],
    ['2026-11-21T09:00:00.000Z', 1],
    ['2026-11-21T09:00:01.000Z', 0],
  ])('say whether a review that is due at %s is overdue at nine', (due, overdue) => {
    const serving = [{ ...facts, reviewDueAt: at(due) }];

    expect(sampleOf(aLook({ serving }), 'governance_reviews_overdue')).toBe(overdue);
  });

  it.each([
    [true, 0],
    [false, 1],
    [undefined, undefined],
  ])('say whether somebody answers for what serves (ModelWithoutOwner): %s', (hasOwner, missing) => {
    const { hasOwner: _, ...unasked } = facts;
    const look = aLook({ serving: [hasOwner === undefined ? unasked : { ...unasked, hasOwner }] });
    const found = {
      pointer: aPointer(),
      policy,
      review: undefined,
      breakGlass: undefined,
      attested: [],
      deviations: { privacy: 0, security: 0 },
      isRevoked: false,
    };

    expect(sampleOf(look, 'governance_owner_missing')).toBe(missing);
    const owner = hasOwner === undefined ? undefined : hasOwner ? 'Credit Risk' : '';
    expect(servedFacts({ ...found, release: inProduction, owner }).hasOwner).toBe(hasOwner);
    expect(servedFacts({ ...found, release: inProduction, owner }).ownerSha256).toBe(
      hasOwner === true ? ownerDigest('Credit Risk') : undefined,
    );
  });

  it('say how many requests what serves fails to answer (EndpointErrorRateHigh)', () => {
    const of = (ratio: number, endpointName = 'mortgage') => aLook({ errors: [{ endpointName, ratio }] });
    const alerts = (look: Look) => holding(momentOf(look)).map(({ name }) => name);

    expect(sampleOf(of(0.06), 'model_error_ratio')).toBe(0.06);
    expect(alerts(of(0.06))).toContain('EndpointErrorRateHigh');
    expect(alerts(of(0.05))).not.toContain('EndpointErrorRateHigh');
    // Of an endpoint of others nothing is said, and nothing of one that nobody asks.
    expect(sampleOf(of(1, 'of-others'), 'model_error_ratio')).toBeUndefined();
    expect(sampleOf(aLook(), 'model_error_ratio')).toBeUndefined();
  });

  it('are of what monitors found of what serves now, and of nothing else', () => {
    const { modelName, releaseId } = facts;
    const found = { modelName, releaseId, driftViolations: 3 };
    const samplesOf = (monitored: Look['monitored']) =>
      momentOf(aLook({ monitored })).samples.filter(({ name }) => /drift|accuracy/.test(name));

    expect(samplesOf([found])).toEqual([
      {
        name: 'model_data_drift_violations',
        labels: { model_name: modelName, endpoint: facts.endpointName },
        value: 3,
      },
    ]);
    expect(samplesOf([{ ...found, accuracyShortfall: 0.05 }])).toHaveLength(2);
    expect(samplesOf([{ ...found, releaseId: 'another' }])).toEqual([]);
  });

  it('say nothing that is not known', () => {
    const { approvedAt: _, approvedUntil: __, governedSha256: ___, ...bare } = facts;
    const { counts: ____, registry: _____, ...look } = aLook();
    const names = momentOf({ ...look, serving: [{ ...bare, hasRecord: false }] }).samples.map(({ name }) => name);

    for (const unknown of [
      'governance_record_exists',
      'governance_model_hash',
      'model_deployed_hash',
      'governance_approval_timestamp',
      'governance_pipeline_runs_total',
      'model_training_to_production_seconds_count',
    ])
      expect(names).not.toContain(unknown);
    expect(sampleOf({ ...look, serving: [] }, 'governance_outbox_age_seconds')).toBe(0);
  });

  it('do not compare a digest with one that nobody has seen', () => {
    const look = aLook({ sweep: { waiting: [], deviations: [] }, counts: countsFrom(0) });

    expect(sampleOf(look, 'governance_model_hash')).toBeDefined();
    expect(sampleOf(look, 'model_deployed_hash')).toBeUndefined();
    expect(sampleOf(look, 'governance_model_hash_match')).toBeUndefined();
    expect(sampleOf(aLook(), 'governance_model_hash_match')).toBe(1);
    expect(sampleOf(aLook({ sweep: mismatch }), 'governance_model_hash_match')).toBe(0);
  });

  it('give ages, and none below zero', () => {
    const look = aLook({ at: plusMilliseconds(NOW, DAY_MS), oldestDueAt: NOW });

    expect(sampleOf(look, 'governance_approval_age_seconds')).toBe(86_400);
    expect(sampleOf(look, 'governance_outbox_age_seconds')).toBe(86_400);
    expect(sampleOf(aLook({ oldestDueAt: at('2030-01-01T00:00:00.000Z') }), 'governance_outbox_age_seconds')).toBe(0);
  });

  it('have cumulative buckets, by tier', () => {
    const buckets = momentOf(aLook())
      .samples.filter(({ name }) => name === 'model_training_to_production_seconds_bucket')
      .map(({ labels: { le, risk_tier }, value }) => [risk_tier, le, value]);

    expect(buckets.slice(0, 3)).toEqual([
      ['low', '60.0', 2],
      ['low', '300.0', 2],
      ['low', '900.0', 3],
    ]);
    expect(buckets.at(-1)).toEqual(['low', '+Inf', 4]);
  });

  it.each<[string, Partial<Look>]>([
    ['GovernanceApprovalExpired', { serving: [{ ...facts, approvedUntil: NOW }] }],
    ['GovernanceApprovalExpired', { serving: [{ ...facts, approvedAt: at('2026-08-01T00:00:00.000Z') }] }],
    ['GovernanceRecordMismatch', { sweep: mismatch }],
    ['ModelMissingGovernanceRecord', { serving: [{ ...facts, hasRecord: false }] }],
    ['GovernanceStageSkipped', { serving: [{ ...facts, completedStages: 1 }] }],
    ['LedgerTampered', { parked: { failed: 0, tampered: 1 } }],
    ['LedgerTampered', { counts: { ...countsFrom(0), tamperedAt: NOW } }],
    ['SideEffectsParked', { parked: { failed: 1, tampered: 0 } }],
    ['DeadLettersWaiting', { deadLetters: 1 }],
    ['OutboxOverdue', { oldestDueAt: plusMilliseconds(NOW, -301_000) }],
    ['RegistryOutOfStep', { registry: { inTable: 1, inRegistry: 1, differing: 2 } }],
    ['PermissionChanged', { counts: { ...countsFrom(0), permissionsChangedAt: NOW } }],
    ['UnexpectedSigning', { counts: { ...countsFrom(0), unexpectedSigningAt: NOW } }],
  ])('let %s hold', (name, changes) => {
    const { counts: _, ...quiet } = aLook();

    expect(holding(momentOf(quiet))).toEqual([]);
    expect(holding(momentOf({ ...quiet, ...changes })).map((alert) => alert.name)).toEqual([name]);
  });

  it('say no more that the log met what somebody else wrote, once it has not for a quarter of an hour', () => {
    const counts = { ...countsFrom(0), tamperedAt: plusMilliseconds(NOW, -900_000) };

    expect(holding(momentOf({ ...aLook(), counts })).map(({ name }) => name)).not.toContain('LedgerTampered');
  });

  it('say of a break-glass that it is overdue, also where nothing came to serve by it (BG-1)', () => {
    const owed = (modelName: string, documentBy = NOW) => ({ modelName, endpointName: 'e', documentBy });
    const { counts: _, ...quiet } = aLook();
    const look = { ...quiet, serving: [facts], owed: [owed('lone'), owed('later', plusMilliseconds(NOW, 1))] };
    const overdue = momentOf(look).samples.filter(({ name }) => name === 'governance_reviews_overdue');

    expect(overdue.map(({ labels: { model_name: model }, value }) => [model, value])).toEqual([
      ['lone', 1],
      ['later', 0],
    ]);
    expect(holding(momentOf(look)).map(({ name }) => name)).toEqual(['PeriodicReviewOverdue']);
    // Of what serves its own review says it, once.
    expect(holding(momentOf({ ...look, owed: [owed(facts.modelName)] }))).toEqual([]);
  });

  it('carry the name of an endpoint on each model, so that rules can match them', () => {
    const served = momentOf(aLook()).samples.filter(({ name }) => name === 'model_serving_active');

    expect(served.map((sample) => sample.labels)).toEqual([labels]);
  });
});
