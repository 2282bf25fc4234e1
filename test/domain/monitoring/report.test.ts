import { describe, expect, it } from 'vitest';
import { OutcomeRecord } from '../../../lib/domain/evidence/outcome-record.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { OBSERVED_A_DAY, takeObservation } from '../../../lib/domain/monitoring/activity.ts';
import type { Execution, Findings } from '../../../lib/domain/monitoring/report.ts';
import { takeReport } from '../../../lib/domain/monitoring/take-report.ts';
import { type PolicyRecord, policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { driftingReports } from '../../../lib/domain/records/monitored.ts';
import { answerAlarm } from '../../../lib/domain/serving/answer-alarm.ts';
import { alarmOfBreach } from '../../../lib/domain/serving/breach-alarm.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { anEndpoint, aPointer, inProduction, keptPolicy, MODEL, superseded } from '../../support/release-life.ts';

const later = (days: number) => plusMilliseconds(NOW, days * DAY_MS);
const approved = (totals?: object) =>
  OutcomeRecord.parse({
    entity: 'outcomes',
    version: 1,
    releaseId: inProduction.releaseId,
    predictionsSha256: digestOf('predictions'),
    groups: [],
    ...(totals && { totals }),
  });
/** Of 20,000 rows 16,000 are right. */
const COUNTED = {
  ...{ rows: 20_000, missing: { predictions: 0, labels: 0, attributes: {} }, count: 20_000, favorable: 10_000 },
  ...{ labelled: 20_000, actualFavorable: 10_000, truePositive: 8_000, falsePositive: 2_000 },
};

const monitored = (monitoring?: PolicyRecord['monitoring'], ...outcomes: OutcomeRecord[]) => {
  const store = memoryReleaseStore();
  const policy = { ...keptPolicy.policy, ...(monitoring && { monitoring }) };
  const kept = { ...keptPolicy, policy, policySha256: policySha256(policy) };
  const release = { ...inProduction, policySha256: kept.policySha256 };
  store.seed(release, superseded, aPointer(), anEndpoint(), kept, ...outcomes);
  const take = (changes: Partial<Execution> = {}, findings: Partial<Findings> = {}) => {
    const execution: Execution = {
      kind: 'data_quality',
      arn: 'arn:of-a-job',
      scheduleName: 'hourly',
      endpointName: 'mortgage',
      status: 'Completed',
      measuredFrom: later(1),
      measuredUntil: changes.endedAt ?? later(7),
      endedAt: later(7),
      ...changes,
    };
    const found: Findings = { violations: [], quality: undefined, refs: [], problems: [], ...findings };
    return takeReport(execution, { store, read: async () => found, now: () => later(8) });
  };
  return {
    store,
    take,
    row: () => store.get('monitored', MODEL),
    last: async () => (await store.events(MODEL)).at(-1),
  };
};
const told = (store: ReturnType<typeof monitored>['store']) =>
  store.outbox.flatMap(({ intent }) => (intent.kind === 'publish_event' ? [intent.detailType] : []));
const quality = (rows: number, hits: number) => ({
  quality: { metrics: { accuracy: hits / rows, auc: 0.9 }, right: { rows, hits } },
});

describe('a report of a monitor', () => {
  it('without a violation is on record once, with its files', async () => {
    const { store, take, row, last } = monitored();

    expect(await take({}, { refs: ['s3://models/report#sha256=1'] })).toBe('within');
    expect(await take()).toBe('known');

    expect((await last())?.event).toMatchObject({
      event_type: 'monitoring_reported',
      release_id: inProduction.releaseId,
      evidence_refs: ['s3://models/report#sha256=1'],
      details: { kind: 'data_quality', outcome: 'within', violations_total: 0, is_significant: false },
    });
    expect(await store.events(MODEL)).toHaveLength(1);
    expect(Object.values((await row())?.reports ?? {})).toMatchObject([
      { kind: 'data_quality', violations: 0, isBreach: false },
    ]);
    expect(told(store)).toEqual([]);
  });

  it.each([
    ['data_quality', 'retraining_requested', ['Monitoring Breached', 'Retraining Requested']],
    ['bias_drift', 'retraining_requested', ['Monitoring Breached', 'Retraining Requested']],
    ['model_quality', 'monitoring_reported', ['Monitoring Breached']],
  ] as const)(
    'with violations of %s is told, and asks for another training if that is drift (ST-8)',
    async (kind, type, signals) => {
      const { store, take, last } = monitored();

      expect(
        await take({ kind, status: 'CompletedWithViolations' }, { violations: ['age (baseline_drift_check): far'] }),
      ).toBe('breached');

      expect((await last())?.event).toMatchObject({
        event_type: type,
        reason: `1 violations of ${kind}, 0 are tolerated`,
        details: { violations: ['age (baseline_drift_check): far'] },
      });
      expect(told(store)).toEqual(signals);
      expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
    },
  );

  it('asks for another training once, for as long as the drift goes on', async () => {
    const { store, take } = monitored();
    const drifting = { violations: ['age'] };
    await take({ arn: 'first', endedAt: later(2) }, drifting);
    await take({ arn: 'second', endedAt: later(3) }, drifting);
    await take({ arn: 'third', endedAt: later(4) });
    await take({ arn: 'fourth', endedAt: later(5) }, drifting);

    const types = (await store.events(MODEL)).map(({ event }) => event.event_type);
    expect(types).toEqual([
      'retraining_requested',
      'monitoring_reported',
      'monitoring_reported',
      'retraining_requested',
    ]);
  });

  it('is a breach beyond what the policy tolerates, and takes the release back beyond what it says, as an alarm does', async () => {
    const limits = { violations: { data_quality: { tolerated: 1, roll_back_above: 2 } } };
    const { store, take, last } = monitored(limits);

    expect(await take({ arn: 'one' }, { violations: ['age'] })).toBe('within');
    expect(await take({ arn: 'two' }, { violations: ['age', 'sex'] })).toBe('breached');
    expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
    expect(await take({ arn: 'three' }, { violations: ['age', 'sex', 'debt'] })).toBe('breached');
    expect((await last())?.event.details).toMatchObject({ is_significant: true });
    // It goes on to be a reason after a report that is better.
    await take({ arn: 'four' }, {});

    const alarm = await alarmOfBreach(MODEL, store);
    expect(alarm).toMatchObject({ alarmId: 'three', changedAt: later(1), modelName: MODEL });
    if (alarm === undefined) throw new Error('there is no alarm');
    expect(await answerAlarm(alarm, store, () => later(8))).toMatchObject({ outcome: 'requested' });
    expect(await answerAlarm(alarm, store, () => later(8))).toMatchObject({ outcome: 'known' });
  });

  it('that nobody can read is a breach all the same', async () => {
    const { take, last } = monitored();

    expect(await take({ status: 'CompletedWithViolations' }, { violations: undefined, problems: ['gone'] })).toBe(
      'breached',
    );

    expect((await last())?.event).toMatchObject({
      reason: 'violations of data_quality that nobody can read',
      details: { violations_total: 1, violations: [], problems: ['gone'] },
    });
  });

  it('that nobody can read is a breach whatever is tolerated, and takes back what any violation takes back', async () => {
    const unread = { violations: undefined };
    const tolerant = monitored({ violations: { data_quality: { tolerated: 5, roll_back_above: 5 } } });
    const strict = monitored({ violations: { data_quality: { tolerated: 0, roll_back_above: 0 } } });

    expect(await tolerant.take({}, unread)).toBe('breached');
    expect(await strict.take({}, unread)).toBe('breached');

    expect(Object.values((await tolerant.row())?.reports ?? {})).toMatchObject([{ violations: 1, isBreach: true }]);
    expect(await alarmOfBreach(MODEL, tolerant.store)).toBeUndefined();
    expect(await alarmOfBreach(MODEL, strict.store)).toBeDefined();
  });

  it.each(['InProgress', 'Pending', 'Stopping'])(
    'is not on record while it is %s, and is taken once it has ended',
    async (status) => {
      const { store, take } = monitored();

      expect(await take({ status })).toBe('running');
      expect(await store.events(MODEL)).toEqual([]);

      expect(await take()).toBe('within');
    },
  );

  it('that is heard of late does not stand for what was found last, and asks for what follows from it', async () => {
    const { take, row, last } = monitored({ accuracy: { minimum: '0.8' } });
    const kind = 'model_quality';
    await take({ arn: 'newer', endedAt: later(6) }, { violations: [] });
    await take({ kind, arn: 'newer quality', endedAt: later(6) }, quality(100, 90));

    expect(await take({ arn: 'late', endedAt: later(5) }, { violations: ['age'] })).toBe('breached');
    expect((await last())?.event.event_type).toBe('retraining_requested');
    expect(await take({ kind, arn: 'late quality', endedAt: later(5) }, quality(100, 70))).toBe('breached');

    const found = await row();
    expect(Object.values(found?.reports ?? {})).toContainEqual(
      expect.objectContaining({ executionArn: 'newer', isBreach: false }),
    );
    expect(found).toMatchObject({ accuracy: { value: '0.9' } });
  });

  it.each([
    ['measured what another release answered', { measuredFrom: NOW }, 'out_of_date'],
    ['did not complete', { status: 'Failed' }, 'not_completed'],
  ] as const)('says nothing of the release if it %s', async (_, changes, outcome) => {
    const { store, take, row, last } = monitored();

    expect(await take(changes, { violations: ['age'] })).toBe(outcome);

    expect((await last())?.event.details).toMatchObject({ outcome, is_significant: false });
    expect(await row()).toBeUndefined();
    expect(told(store)).toEqual([]);
  });

  it('counts the accuracy in production against what the policy asks for (ModelAccuracyDropped)', async () => {
    const accuracy = { minimum: '0.8', roll_back_below: '0.7' };
    const { store, take, row } = monitored({ accuracy }, approved());
    const kind = 'model_quality';

    expect(await take({ kind, arn: 'good' }, quality(10, 8))).toBe('within');
    expect(await take({ kind, arn: 'bad' }, quality(100, 79))).toBe('breached');
    expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
    expect(await take({ kind, arn: 'worse' }, quality(100, 69))).toBe('breached');

    expect(await row()).toMatchObject({ accuracy: { value: '0.69', minimum: '0.8' } });
    expect(await alarmOfBreach(MODEL, store)).toMatchObject({ alarmId: 'worse' });
    // A report of another kind leaves it as it was.
    await take({ arn: 'other' });
    expect(await row()).toMatchObject({ accuracy: { value: '0.69' } });
  });

  it('is a breach where the policy asks for an accuracy that nobody can read', async () => {
    const { store, take, row, last } = monitored({ accuracy: { minimum: '0.8', roll_back_below: '0.8' } });
    const kind = 'model_quality';
    const other = { quality: { metrics: { auc: 0.9 }, right: { rows: 10, hits: 9 } } };

    expect(await take({ kind, arn: 'unread' })).toBe('breached');
    expect(await take({ kind, arn: 'without' }, other)).toBe('breached');
    expect((await last())?.event).toMatchObject({
      event_type: 'monitoring_reported',
      reason: 'nobody can read what accuracy is in production',
    });
    // Other monitors measure none, and of no rows there is nothing to read.
    expect(await take({ arn: 'other kind' })).toBe('within');
    const none = { quality: { metrics: { accuracy: 0 }, right: { rows: 0, hits: 0 } } };
    expect(await take({ kind, arn: 'of nothing' }, none)).toBe('within');

    expect((await row())?.accuracy).toBeUndefined();
    expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
  });

  it('judges another metric where the policy names it, and never takes back where it does not say so', async () => {
    const { store, take, row } = monitored({ accuracy: { metric: 'auc', minimum: '0.95' } }, approved());

    expect(await take({ kind: 'model_quality' }, quality(10, 8))).toBe('breached');

    expect(await row()).toMatchObject({ accuracy: { value: '0.9', minimum: '0.95' } });
    expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
  });

  it('finds that the share of right answers has drifted from what people approved (DataDriftDetected)', async () => {
    const { store, take, row, last } = monitored(undefined, approved(COUNTED));
    const kind = 'model_quality';

    expect(await take({ kind, arn: 'first', endedAt: later(7) }, quality(2_000, 1_600))).toBe('within');
    expect(await take({ kind, arn: 'second', endedAt: later(14) }, quality(2_000, 1_480))).toBe('breached');

    expect((await last())?.event).toMatchObject({
      event_type: 'retraining_requested',
      reason: expect.stringMatching(/^the share of right answers is -0\.06 from what was approved, p \d\.\de-\d+$/),
      details: { metric: 'accuracy', measured: '0.74', drift: { difference: '-0.06', is_drifting: true } },
    });
    expect(await row()).toMatchObject({ drift: { isDrifting: true } });
    // It goes on drifting: nothing more is asked for. Another monitor keeps what was counted.
    await take({ kind, arn: 'third', endedAt: later(21) }, quality(2_000, 1_470));
    await take({ arn: 'fourth' });
    expect((await last())?.event.event_type).toBe('monitoring_reported');
    expect(await row()).toMatchObject({ drift: { isDrifting: true } });
    expect(told(store).filter((one) => one === 'Retraining Requested')).toHaveLength(1);
  });

  it.each([
    ['nothing was counted when it was approved', []],
    ['a former version kept no totals', [approved()]],
  ])('is not compared where %s', async (_, outcomes) => {
    const { take, row } = monitored(undefined, ...outcomes);

    await take({ kind: 'model_quality' }, quality(2_000, 100));

    expect((await row())?.drift).toBeUndefined();
  });

  it('does not stand for what another monitor of its kind found (DataDriftDetected)', async () => {
    const { take, row } = monitored();
    await take({ scheduleName: 'of-income' }, { violations: ['income'] });

    await take({ scheduleName: 'of-age', arn: 'next', endedAt: later(8) });

    const found = (await row()) ?? expect.unreachable();
    expect(driftingReports(found)).toMatchObject([{ violations: 1 }]);

    await take({ scheduleName: 'of-income', arn: 'mended', endedAt: later(9) });
    expect(driftingReports((await row()) ?? expect.unreachable())).toEqual([]);
  });

  it('forgets a monitor that has said nothing for two months, and keeps those that spoke last', async () => {
    const { store, take, row } = monitored();
    await take({ scheduleName: 'gone' }, { violations: ['income'] });
    await take({ scheduleName: 'new', arn: 'next', endedAt: later(70) });

    const found = (await row()) ?? expect.unreachable();
    expect(driftingReports(found)).toEqual([]);

    const [report] = Object.values(found.reports);
    const many = Array.from({ length: 40 }, (_, index) => [`data_quality_${index}`, report] as const);
    store.seed({ ...found, reports: Object.fromEntries(many) as never });
    await take({ scheduleName: 'newest', arn: 'last', endedAt: later(71) });
    expect(Object.keys((await row())?.reports ?? {})).toHaveLength(32);
  });

  it.each([
    ['gives way to it', later(6), 1],
    ['stays beside it if it is newer', later(9), 2],
  ])('of a former version, kept by kind, %s', async (_, at, count) => {
    const { store, take, row } = monitored();
    await take();
    const before = (await row()) ?? expect.unreachable();
    store.seed({ ...before, reports: { data_quality: { executionArn: 'former', at, violations: 1, isBreach: true } } });

    await take({ arn: 'next' });

    const reports = (await row())?.reports ?? {};
    expect(Object.keys(reports)).toHaveLength(count);
    expect(driftingReports({ reports })).toHaveLength(count - 1);
  });

  it('begins again with another release', async () => {
    const { store, take, row } = monitored();
    await take({ kind: 'bias_drift' }, { violations: ['sex'] });
    const before = await row();
    if (before === undefined) throw new Error('there is none');
    store.seed({ ...before, releaseId: superseded.releaseId });

    await take({ arn: 'next' });

    expect(Object.values((await row())?.reports ?? {}).map(({ kind }) => kind)).toEqual(['data_quality']);
    expect(await row()).toMatchObject({ releaseId: inProduction.releaseId });
  });

  it('is left out where its endpoint is no model’s, or another one than it serves from', async () => {
    const { store, take } = monitored();

    expect(await take({ endpointName: 'of-others' })).toBe('not_ours');
    store.seed(anEndpoint({ status: 'released' }));
    expect(await take()).toBe('not_ours');
    store.seed(anEndpoint(), aPointer({ endpointName: 'elsewhere' }));
    expect(await take()).toBe('not_ours');
    store.seed({ ...aPointer(), releaseId: '' });
    expect(await take()).toBe('not_ours');
  });

  it.each([
    ['is left out beyond the bound of a day', 'data_quality', 'too_many'],
    ['is heard however many jobs others tag', 'processing_job', 'within'],
  ])('%s', async (_, kind, outcome) => {
    const { store, take } = monitored();
    for (let job = 0; job < OBSERVED_A_DAY; job += 1) {
      const seen = { modelName: MODEL, kind, arn: String(job), status: 's', at: later(7) } as const;
      const row = await takeObservation(seen as never, store, NOW);
      if (typeof row !== 'string') store.seed(row);
    }

    expect(await take()).toBe(outcome);
  });
});

describe('the alarm of a breach', () => {
  it.each([
    ['nothing was monitored', {}, MODEL],
    ['no model can be called so', {}, '_configuration'],
    ['it is about another release', { releaseId: superseded.releaseId }, MODEL],
  ])('is none if %s', async (_, changes, model) => {
    const store = memoryReleaseStore();
    store.seed(aPointer(changes));

    expect(await alarmOfBreach(model, store)).toBeUndefined();
  });

  it.each([[aPointer({ releaseId: superseded.releaseId })], [{ ...aPointer(), releaseId: '' as const }]])(
    'is none about a release that serves no more',
    async (pointer) => {
      const { store, take } = monitored({ violations: { data_quality: { tolerated: 0, roll_back_above: 0 } } });
      await take({}, { violations: ['age'] });
      expect(await alarmOfBreach(MODEL, store)).toBeDefined();

      store.seed(pointer);

      expect(await alarmOfBreach(MODEL, store)).toBeUndefined();
    },
  );
});
