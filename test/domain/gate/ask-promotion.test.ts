import { describe, expect, it } from 'vitest';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { Instant, PersonId } from '../../../lib/domain/identifiers.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { NOW } from '../../support/approval-case.ts';
import { aSuspension } from '../../support/conditions.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  aHold,
  anUnsignedApprovalOf,
  approved,
  deployed,
  inProduction,
  keptPolicy,
  MODEL,
} from '../../support/release-life.ts';

const reasons = [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }];
const claim = {
  releaseId: approved.releaseId,
  actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
  reason: 'there is capacity again',
};
const inStore = (release: Release) => {
  const store = memoryReleaseStore();
  store.seed(release, keptPolicy);
  return { store, ask: () => askPromotion(claim, store, tickingClock()) };
};
const executions = ({ store }: ReturnType<typeof inStore>) =>
  store.outbox.flatMap(({ intent }) => (intent.kind === 'start_execution' ? [intent] : []));

describe('asking for the promotion of a release whose approval is suspended', () => {
  it('is refused until the condition is met', async () => {
    const scene = inStore({ ...approved, reasons });
    scene.store.seed(aSuspension());

    expect(await refusalOf(scene.ask)).toMatchObject({
      code: 'PromotionImpossible',
      message: expect.stringContaining('is not in force: condition ada-1 was not met (suspended since'),
    });

    scene.store.seed(aSuspension({ status: 'lifted' }));
    expect((await scene.ask()).outcome).toBe('requested');
  });
});

describe('asking for the promotion of a release that one has a part in (SD-1)', () => {
  it.each([
    ['requested_by', 'requested this release', { requestedBy: PersonId.parse('oscar') }],
    ['submitted_by', 'submitted this release', { submittedBy: 'oscar' }],
    ['trained_by', 'trained this model', { manifest: { ...approved.manifest, trained_by: 'oscar' } }],
    [
      'commit_author',
      'wrote the commit of this release',
      { manifest: { ...approved.manifest, commit_author: 'Oscar W.' } },
    ],
  ] satisfies [string, string, Partial<Release>][])('is refused to who is its %s', async (_, did, changes) => {
    const scene = inStore({ ...approved, reasons, ...changes });
    const ask = () => askPromotion({ ...claim, names: ['oscar', 'Oscar W.'] }, scene.store, tickingClock());

    expect(await refusalOf(ask)).toMatchObject({
      code: 'SeparationOfDuties',
      message: `oscar ${did} and cannot ask for its promotion`,
    });
    expect(executions(scene)).toEqual([]);
  });

  it('is refused on record, once for the same, and four times a day at most', async () => {
    const scene = inStore({ ...approved, reasons, submittedBy: 'oscar' });
    const clock = tickingClock();
    const askBy = (id: string) =>
      refusalOf(() =>
        askPromotion({ ...claim, actor: { ...claim.actor, id }, names: [id, 'oscar'] }, scene.store, clock),
      );
    const refused = async () => (await scene.store.events(MODEL)).map(({ event }) => event);

    for (const _ of [1, 2, 3]) await askBy('oscar');
    expect(await refused()).toMatchObject([
      {
        ...{ event_type: 'promotion_order_refused', actor_id: 'oscar', actor_role: 'operator' },
        reason: 'oscar submitted this release and cannot ask for its promotion (asked: there is capacity again)',
      },
    ]);
    for (const requestedBy of ['ada', 'oscar'].map((id) => PersonId.parse(id))) {
      scene.store.seed({ ...approved, reasons, submittedBy: 'oscar', requestedBy });
      await askBy('oscar');
    }
    for (const maker of ['trained_by', 'commit_author', 'both', 'none again']) {
      const trained = maker === 'commit_author' ? {} : { trained_by: 'oscar' };
      const wrote = maker === 'trained_by' ? {} : { commit_author: 'oscar' };
      scene.store.seed({ ...approved, reasons, manifest: { ...approved.manifest, ...trained, ...wrote } });
      expect(await askBy('oscar')).toMatchObject({ code: 'SeparationOfDuties' });
    }

    expect(await refused()).toHaveLength(4);
    expect(await scene.store.get('release', approved.releaseId)).toMatchObject({ version: approved.version, reasons });
  });

  it('is refused to the role whose session a former version stored as the maker', async () => {
    const scene = inStore({ ...approved, reasons, submittedBy: 'arn:aws:sts::123456789012:assumed-role/R/nightly' });
    const askAs = (login: string) => askPromotion({ ...claim, names: ['oscar', login] }, scene.store, tickingClock());

    expect(await refusalOf(() => askAs('arn:aws:iam::123456789012:role/path/R'))).toMatchObject({
      code: 'SeparationOfDuties',
    });
    expect((await askAs('arn:aws:iam::999999999999:role/R')).outcome).toBe('requested');
  });

  it('is refused to who approved it, and not to who only asked for changes', async () => {
    const refused = inStore({ ...approved, reasons });
    refused.store.seed(anUnsignedApprovalOf('oscar', 'ml_lead'));
    const allowed = inStore({ ...approved, reasons });
    allowed.store.seed(
      anUnsignedApprovalOf('oscar', 'ml_lead', { decision: 'request_changes' }),
      anUnsignedApprovalOf('ada', 'ml_lead'),
    );

    expect(await refusalOf(refused.ask)).toMatchObject({
      code: 'SeparationOfDuties',
      message: 'oscar approved this release and cannot ask for its promotion',
    });
    expect((await allowed.ask()).outcome).toBe('requested');
  });
});

describe('asking for a promotion again', () => {
  it.each([approved, deployed])('starts another attempt, by who asked and why', async (release) => {
    const scene = inStore({ ...release, reasons, promotionAttempt: 1 });

    const { outcome } = await scene.ask();

    expect(outcome).toBe('requested');
    expect(executions(scene)).toMatchObject([
      {
        machine: 'promotion',
        name: expect.stringMatching(`^${release.releaseId}-2-[0-9a-z]{8}$`),
        input: `{"releaseId":"${release.releaseId}","attempt":2}`,
      },
    ]);
    expect(await scene.store.get('release', release.releaseId)).toMatchObject({
      state: 'approved',
      reasons: [],
      promotionAttempt: 2,
      promotionOrder: { attempt: 2, by: 'oscar' },
    });
    expect((await scene.store.events(MODEL)).map(({ event }) => event)).toMatchObject([
      {
        ...{ event_type: 'promotion_requested', actor_id: 'oscar', reason: claim.reason, approval_state: 'approved' },
        details: { attempt: 2 },
      },
    ]);
  });

  it('has an execution name that Step Functions takes, however long the release is called', async () => {
    const releaseId = 'x'.repeat(64) as Release['releaseId'];
    const scene = inStore({ ...approved, releaseId, reasons, promotionAttempt: 123_456 });

    await askPromotion({ ...claim, releaseId }, scene.store, tickingClock());

    expect(executions(scene)[0]?.name).toMatch(/^[A-Za-z0-9_.-]{1,80}$/);
  });

  it('finds the one that is under way', async () => {
    const scene = inStore(approved);

    expect((await scene.ask()).outcome).toBe('known');

    expect(await scene.store.events(MODEL)).toEqual([]);
    expect(executions(scene)).toEqual([]);
  });

  it.each([
    ['finds it after a silence of three hours but a second', -1, 'known', 0],
    ['takes over from it after a silence of three hours', 0, 'requested', 1],
  ])('%s', async (_, secondsMore, expected, started) => {
    const silent = Instant.parse(new Date(Date.parse(NOW) - (3 * 3600 + secondsMore) * 1000).toISOString());
    const scene = inStore({ ...approved, promotionAttempt: 1, updatedAt: silent });

    const { outcome } = await askPromotion(claim, scene.store, () => NOW);

    expect(outcome).toBe(expected);
    expect(executions(scene)).toHaveLength(started);
  });

  it('by five operators at once starts one', async () => {
    const scene = inStore({ ...approved, reasons });

    const answers = await Promise.all(Array.from({ length: 5 }, () => scene.ask()));

    expect(answers.filter(({ outcome }) => outcome === 'requested')).toHaveLength(1);
    expect(executions(scene)).toHaveLength(1);
  });

  it('after another failure starts another execution', async () => {
    const scene = inStore({ ...approved, reasons });
    await scene.ask();
    const after = await scene.store.get('release', approved.releaseId);
    scene.store.seed({ ...approved, ...after, reasons });

    await scene.ask();

    expect(new Set(executions(scene).map(({ name }) => name)).size).toBe(2);
  });

  it.each([
    ['is not approved', { ...inProduction, reasons }, 'is production, not approved'],
    ['was expired', { ...approved, state: 'expired' as const, reasons }, 'is expired, not approved'],
    ['has an approval that ran out a moment ago', { ...approved, approvedUntil: NOW, reasons }, 'expired at'],
  ])('is refused for a release that %s', async (_, release, why) => {
    const scene = inStore(release);

    const refusal = await refusalOf(scene.ask);

    expect(refusal).toMatchObject({ code: 'PromotionImpossible', message: expect.stringContaining(why) });
    expect(executions(scene)).toEqual([]);
  });

  it.each([
    ['waits', [], 'known'],
    ['was denied', reasons, 'requested'],
  ])(
    'is refused for a release that %s while its model is held after a rollback (RB-7)',
    async (_, left, afterwards) => {
      const scene = inStore({ ...approved, reasons: left });
      scene.store.seed(aHold());

      expect(await refusalOf(scene.ask)).toMatchObject({
        code: 'PromotionImpossible',
        message: expect.stringContaining(`held since ${NOW} by rollback ${aHold().rollbackId}`),
      });
      expect(executions(scene)).toEqual([]);

      scene.store.seed(aHold({ status: 'released' }));
      expect((await scene.ask()).outcome).toBe(afterwards);
    },
  );

  it('is refused for a release that is not there', async () => {
    const refusal = await refusalOf(() => askPromotion(claim, memoryReleaseStore(), tickingClock()));

    expect(refusal.code).toBe('NotFound');
  });
});
