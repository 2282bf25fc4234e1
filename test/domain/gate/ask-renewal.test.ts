import { beforeEach, describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/domain/approval/in-force.ts';
import { readForce } from '../../../lib/domain/approval/read-force.ts';
import { askRenewal, type RenewalWorld } from '../../../lib/domain/gate/ask-renewal.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { ClauseDays } from '../../../lib/domain/policy/clause-days.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { APPROVAL_RENEWAL } from '../../../lib/domain/records/approval-renewal.ts';
import { type Configuration, configurationOf } from '../../../lib/domain/records/configuration.ts';
import { ASSAY } from '../../../lib/domain/release/release-event.ts';
import { aRenewalWorld, daysBefore, renewablePolicy, serving } from '../../support/a-renewal.ts';
import { at } from '../../support/approval-case.ts';
import { aSuspension } from '../../support/conditions.ts';
import { ofContent } from '../../support/denials.ts';
import { A_DEVIATION, aWatchedEndpoint } from '../../support/looks.ts';
import { APPROVED_UNTIL, anEmptyPointer, keptPolicy, MODEL } from '../../support/release-life.ts';

const { releaseId } = serving;
let scene: ReturnType<typeof aRenewalWorld>;
beforeEach(() => {
  scene = aRenewalWorld();
});

const ask = (act: 'look' | 'renew' | 'due' = 'due', changes: Partial<RenewalWorld> = {}) =>
  askRenewal({ releaseId, act, actor: ASSAY }, { ...scene.world, ...changes });
const eventsOf = async () => (await scene.store.events(MODEL)).map(({ event }) => event);
const row = async () => {
  const found = await scene.store.get('release', releaseId);
  if (found === undefined) throw new Error('there is no release');
  return found;
};

describe('an approval that rests on what it rested on (EX-2)', () => {
  it('is renewed for as long as the policy says, with a signed proof and an event that say what was compared', async () => {
    const until = plusMilliseconds(daysBefore(10), 90 * DAY_MS);

    expect(await ask()).toMatchObject({ outcome: 'renewed', reasons: [], approvedUntil: until });
    expect(await row()).toMatchObject({ approvedUntil: until, approvalRenewedAt: daysBefore(10) });
    const [event] = await eventsOf();
    const attestation = await scene.store.get('attestation', releaseId, APPROVAL_RENEWAL);
    expect(event).toMatchObject({
      event_type: 'governance_auto_renewed',
      evidence_refs: [attestation?.uri],
      details: {
        approved_until_before: APPROVED_UNTIL,
        approved_until: until,
        attestation_sha256: attestation?.sha256,
      },
    });
    const { compared, compared_total: total } = event?.details ?? {};
    expect(compared).toHaveLength(Number(total));
    expect([compared].flat().map((one) => Object(one).input)).toEqual(
      expect.arrayContaining(['evidence_digest', 'serving', 'policy', 'approvers', 'artifact', 'evidence/model_card']),
    );
  });

  it('notes the next looks, and lets everybody hear', async () => {
    await ask();

    const due = scene.noted.map(({ kind }) => kind);
    expect(due).toEqual(
      expect.arrayContaining(['expire_approval', 'warn_of_expiry', 'renew_approval', 'notify_people', 'sync_registry']),
    );
  });

  it('is renewed once of two that ask at once, and again before its next end', async () => {
    await Promise.all([ask(), ask()]);
    expect(await eventsOf()).toHaveLength(1);
    const { approvedUntil = APPROVED_UNTIL } = await row();
    scene.facts.now = daysBefore(10, approvedUntil);

    expect(await ask()).toMatchObject({ outcome: 'renewed' });
    expect(await eventsOf()).toHaveLength(2);
  });

  it('is signed again after a crash between the signature and the commit: only the proof in the table counts', async () => {
    const commit = () => Promise.reject(new Error('crashed'));
    await expect(ask('due', { store: { ...scene.store, commit } })).rejects.toThrow('crashed');
    expect(await eventsOf()).toEqual([]);

    expect(await ask()).toMatchObject({ outcome: 'renewed' });
    expect(scene.signed).toHaveLength(2);
  });

  it('is only looked at where that is asked for', async () => {
    expect(await ask('look')).toMatchObject({ outcome: 'renewable', reasons: [] });
    expect([await eventsOf(), scene.signed]).toEqual([[], []]);
  });

  it('is renewed on demand from the first warning to the last moment, and not sooner or later', async () => {
    const outcomes = [daysBefore(14, plusMilliseconds(APPROVED_UNTIL, -1)), daysBefore(14), daysBefore(0)];
    const found = [];
    for (const now of [...outcomes, plusMilliseconds(APPROVED_UNTIL, -1)]) {
      scene.facts.now = now;
      found.push((await ask('look')).reasons.map(({ rule }) => rule));
    }

    expect(found).toEqual([['renewal_window'], [], ['approval_expiry'], []]);
  });
});

describe('the end of an approval that was renewed', () => {
  const reasonsAt = async (now: typeof APPROVED_UNTIL, changes = {}) => {
    const release = { ...(await row()), ...changes };
    const [force, renewal] = await Promise.all([readForce(scene.store, release), scene.world.readRenewal(release)]);
    return inForce({ ...force, renewal, release, now }).reasons.map(({ rule }) => rule);
  };

  it('is that of the proof, to the millisecond', async () => {
    await ask();
    const { approvedUntil = APPROVED_UNTIL } = await row();

    expect(await reasonsAt(plusMilliseconds(approvedUntil, -1))).toEqual([]);
    expect(await reasonsAt(approvedUntil)).toEqual(['approval_expiry']);
  });

  it('is prolonged by no row alone', async () => {
    const far = at('2040-01-01T00:00:00.000Z');
    expect(await reasonsAt(APPROVED_UNTIL, { approvedUntil: far, approvalRenewedAt: far })).toEqual([
      'approval_expiry',
    ]);
    await ask();
    const { approvedUntil = APPROVED_UNTIL } = await row();

    expect(await reasonsAt(approvedUntil, { approvedUntil: far })).toEqual(['approval_expiry']);
  });
});

const other = GovernancePolicy.parse({ ...renewablePolicy, change_id: 'CHG-9' });
const without = (role: string) =>
  scene.facts.directory.people.map((one) => ({ ...one, roles: one.roles.filter((held) => held !== role) }));

describe('an approval that does not rest on what it rested on', () => {
  it.each<[string, string, () => Partial<RenewalWorld> | undefined]>([
    ['whose policy has changed (EX-3)', 'policy', () => ({ policies: async () => ({ base: other }) })],
    [
      'one of whose approvers has the role no more',
      'approvers',
      () => ({ directory: async () => ({ ...scene.facts.directory, people: without('risk_owner') }) }),
    ],
    [
      'one of whose approvers has left',
      'approvers',
      () => ({
        directory: async () => ({
          ...scene.facts.directory,
          people: scene.facts.directory.people.filter(({ id }) => id !== 'ada'),
        }),
      }),
    ],
    ...['artifact', ...Object.keys(serving.sources.evidence).map((name) => `evidence/${name}`)].flatMap(
      (input): [string, string, () => Partial<RenewalWorld>][] => {
        const { key } =
          input === 'artifact'
            ? serving.sources.artifact
            : (Object.entries(serving.sources.evidence).find(([name]) => input === `evidence/${name}`)?.[1] ??
              serving.sources.artifact);
        const found = (now: object | undefined) => ({
          newestOf: async (object: typeof serving.sources.artifact) =>
            object.key === key ? now && { ...object, ...now } : object,
        });
        return [
          [`whose ${input} has another version`, input, () => found({ versionId: 'v2' })],
          [`whose ${input} is gone`, input, () => found(undefined)],
        ];
      },
    ),
  ])('%s is not renewed: people are asked for a new release', async (_, input, changed) => {
    const { outcome, reasons } = await ask('due', changed());

    expect({ outcome, reasons }).toMatchObject({
      outcome: 'refused',
      reasons: [{ rule: 'input_changed', evidence: input }],
    });
    expect(await row()).toMatchObject({ approvedUntil: APPROVED_UNTIL, renewalRefused: { until: APPROVED_UNTIL } });
    expect(await eventsOf()).toMatchObject([
      { event_type: 'governance_not_renewed', reason: 'input_changed', actor_role: 'system' },
    ]);
    const published = JSON.stringify(scene.noted);
    expect(published).toContain('Release Run Required');
    expect(published).toContain('not_renewed');
  });

  it.each([
    ['a clause that holds since', { id: 'a new act', in_force_from: '2027-01-01' }, 'a new act began on 2027-01-01'],
    [
      'one that began and ended since',
      { id: 'an interim act', in_force_from: '2026-12-20', in_force_until: '2027-01-01' },
      'an interim act began on 2026-12-20; an interim act ended on 2027-01-01',
    ],
    [
      'one that ended since',
      { id: 'an old act', in_force_from: '2011-04-04', in_force_until: '2027-01-01' },
      'an old act ended on 2027-01-01',
    ],
  ])('under %s people approved is not renewed, and its clause is named (EX-3)', async (_, clause, words) => {
    const { outcome, reasons } = await ask('due', { clauses: async () => [clause] });

    expect({ outcome, reasons }).toMatchObject({
      outcome: 'refused',
      reasons: [{ rule: 'input_changed', evidence: 'regimes' }],
    });
    expect(reasons[0]?.explanation).toContain('law or regulation has changed');
    expect(reasons[0]?.explanation).toContain(words);
  });

  it('is not renewed under a law that began after the first approved and before the last did (EX-3)', async () => {
    scene.store.seed({ ...serving, approvedAt: at('2026-11-25T09:00:00.000Z') });
    const between = { id: 'an act of that week', in_force_from: '2026-11-23' };
    const onThatDay = { id: 'an act of the first day', in_force_from: '2026-11-21' };

    const { reasons } = await ask('look', { clauses: async () => [between] });

    expect(reasons.map(({ explanation }) => explanation)).toEqual([
      expect.stringContaining('an act of that week began on 2026-11-23'),
    ]);
    expect(await ask('look', { clauses: async () => [onThatDay] })).toMatchObject({ outcome: 'renewable' });
  });

  describe('under a clause that is deployed no more', () => {
    const [act, other] = [
      { id: 'an act', in_force_from: '2018-05-25' },
      { id: 'another act', in_force_from: '2018-05-25' },
    ];
    const known = (clauses: ClauseDays, missed: Configuration['goneClauses'] = [], version = 0) =>
      scene.store.seed({
        ...configurationOf({ policy: renewablePolicy, directory: scene.facts.directory, clauses }, serving.createdAt),
        version,
        goneClauses: missed,
      });
    const missed = (instant: string) => [{ id: 'an act', missedAt: at(instant) }];

    it('people approved is not renewed, and that is named (EX-3)', async () => {
      known([act, other]);

      const { outcome, reasons } = await ask('due', { clauses: async () => [other] });

      expect(outcome).toBe('refused');
      expect(reasons.map(({ evidence, explanation }) => [evidence, explanation])).toEqual([
        ['regimes', expect.stringContaining('(an act is in the deployed regimes no more)')],
      ]);
      expect(await ask('look', { clauses: async () => [act, other] })).toMatchObject({ outcome: 'renewable' });
    });

    it('is not renewed either if that was missed since, and not before', async () => {
      known([other], missed('2026-12-01T00:00:00.000Z'));
      expect(await ask('look', { clauses: async () => [other] })).toMatchObject({ outcome: 'refused' });

      known([other], missed('2026-11-01T00:00:00.000Z'));
      expect(await ask('look', { clauses: async () => [other] })).toMatchObject({ outcome: 'renewable' });
    });

    it('is not renewed if that is missed while the proof is signed', async () => {
      known([act, other]);
      const gone = [{ id: 'a third act', missedAt: at('2026-12-01T00:00:00.000Z') }];
      scene.store.beforeNextCommit(async () => known([act, other], gone, 1));

      expect(await ask('due', { clauses: async () => [act, other] })).toMatchObject({ outcome: 'refused' });
    });
  });

  describe('under a clause that is deployed with other days', () => {
    const clause = (from: string, until?: string): ClauseDays => [
      { id: 'an act', in_force_from: from, ...(until === undefined ? {} : { in_force_until: until }) },
    ];
    const lookAfter = (recorded: ClauseDays, deployed: ClauseDays) => {
      scene.store.seed(
        configurationOf(
          { policy: renewablePolicy, directory: scene.facts.directory, clauses: recorded },
          serving.createdAt,
        ),
      );
      return ask('look', { clauses: async () => deployed });
    };

    it.each<[string, ClauseDays, ClauseDays]>([
      ['that it is postponed by', clause('2025-01-01'), clause('2030-01-01')],
      [
        'that end before the approval, where its end was later',
        clause('2025-01-01', '2027-01-01'),
        clause('2025-01-01', '2026-03-01'),
      ],
      ['that begin before the approval, where it began later', clause('2030-01-01'), clause('2025-01-01')],
    ])('%s, people approved is not renewed (EX-3)', async (_, recorded, deployed) => {
      const { outcome, reasons, compared } = await lookAfter(recorded, deployed);

      expect(outcome).toBe('refused');
      expect(reasons.map(({ explanation }) => explanation)).toEqual([expect.stringContaining('an act held then')]);
      const regimes = compared.find(({ input }) => input === 'regimes');
      expect(regimes?.now.slice(0, 64)).not.toBe(regimes?.before);
    });

    it('that say the same of each day since, people approved is renewed', async () => {
      expect(await lookAfter(clause('2025-01-01'), clause('2024-01-01', '2030-01-01'))).toMatchObject({
        outcome: 'renewable',
      });
    });
  });

  it('is renewed under laws that held all the while, and that is compared from the approval on each time (EX-3)', async () => {
    const held = { id: 'a former act', in_force_from: '2018-05-25' };
    const clauses = async () => [held, { id: 'a later act', in_force_from: '2099-01-01' }];
    const { outcome, compared } = await ask('due', { clauses });
    expect(outcome).toBe('renewed');
    expect(compared.map(({ input }) => input)).toContain('regimes');
    const { approvedUntil = APPROVED_UNTIL } = await row();
    scene.facts.now = daysBefore(10, approvedUntil);
    const before = { id: 'an act of the day before', in_force_from: daysBefore(11).slice(0, 10) };

    expect(await ask('look', { clauses })).toMatchObject({ outcome: 'renewable' });
    expect(await ask('look', { clauses: async () => [held, before] })).toMatchObject({ outcome: 'refused' });
  });

  it('whose artifact has the same version and other bytes, as far as S3 says, is not renewed', async () => {
    const { artifact } = serving.sources;
    scene.store.seed({ ...serving, sources: { ...serving.sources, artifact: { ...artifact, etag: 'one' } } });
    const newestOf = async (object: typeof artifact) => ({ ...object, etag: 'two' });

    expect(await ask('look', { newestOf })).toMatchObject({ outcome: 'refused' });
  });

  it('is told once, and not at all by somebody who only asks', async () => {
    const changed = { policies: async () => ({ base: other }) };
    for (const act of ['look', 'renew', 'due', 'due'] as const) await ask(act, changed);

    expect(await eventsOf()).toHaveLength(1);
  });
});

describe('an approval that is not in force, or of what does not serve', () => {
  it.each<[string, string, () => void]>([
    ['has expired', 'approval_expiry', () => Object.assign(scene.facts, { now: APPROVED_UNTIL })],
    ['is suspended', 'approval_suspended', () => scene.store.seed(aSuspension())],
    [
      'was taken back',
      'approval_revoked',
      () =>
        scene.store.seed(
          ofContent({
            artifactSha256: serving.manifest.artifact_sha256,
            ...{ decidedBy: 'grace', role: 'risk_owner', decidedAt: daysBefore(30) },
          }),
        ),
    ],
    ['is of what was superseded', 'state', () => scene.store.seed({ ...serving, state: 'superseded' })],
    ['is of a model that serves nothing', 'state', () => scene.store.seed(anEmptyPointer())],
    [
      'is of an endpoint that serves something else',
      'serving',
      () => scene.store.seed(aWatchedEndpoint({ endpointId: 'mortgage', deviations: [A_DEVIATION] })),
    ],
  ])('is never renewed: it %s', async (_, rule, changed) => {
    changed();
    const { outcome, reasons } = await ask();

    expect(outcome).toBe('refused');
    expect(reasons.map((one) => one.rule)).toContain(rule);
    expect(scene.signed).toEqual([]);
  });

  it('is not renewed where its policy does not say so, and nobody is told', async () => {
    scene.store.seed(keptPolicy, { ...serving, policySha256: keptPolicy.policySha256 });

    expect((await ask()).reasons.map(({ rule }) => rule)).toContain('auto_renew');
    expect(await eventsOf()).toEqual([]);
  });

  it('is refused where there is none', async () => {
    const claim = { releaseId: 'gone' as typeof releaseId, act: 'look', actor: ASSAY } as const;

    await expect(askRenewal(claim, scene.world)).rejects.toThrow('there is no release gone');
    scene.store.seed({ ...serving, approvedUntil: undefined });
    await expect(ask()).rejects.toThrow('has no approval that ends');
  });
});
