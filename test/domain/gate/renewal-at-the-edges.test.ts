/** Renewals where clocks differ, where something was moved, and one after the other. */
import { beforeEach, describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/domain/approval/in-force.ts';
import { readForce } from '../../../lib/domain/approval/read-force.ts';
import { askRenewal, type RenewalWorld } from '../../../lib/domain/gate/ask-renewal.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { APPROVAL_RENEWAL } from '../../../lib/domain/records/approval-renewal.ts';
import { ASSAY } from '../../../lib/domain/release/release-event.ts';
import { renewableFrom, renewsAt } from '../../../lib/domain/serving/renewal-window.ts';
import { aRenewalWorld, daysBefore, renewablePolicy, serving } from '../../support/a-renewal.ts';
import { digestOf } from '../../support/approval-case.ts';
import { A_DEVIATION, aWatchedEndpoint } from '../../support/looks.ts';
import { APPROVED_UNTIL, aPointer, MODEL } from '../../support/release-life.ts';

const { releaseId } = serving;
let scene: ReturnType<typeof aRenewalWorld>;
beforeEach(() => {
  scene = aRenewalWorld();
});

const ask = (act: 'look' | 'renew' | 'due' = 'due', changes: Partial<RenewalWorld> = {}) =>
  askRenewal({ releaseId, act, actor: ASSAY }, { ...scene.world, ...changes });
const eventsOf = async () => (await scene.store.events(MODEL)).map(({ event }) => event.event_type);
const row = async () => {
  const found = await scene.store.get('release', releaseId);
  if (found === undefined) throw new Error('there is no release');
  return found;
};
const until = async () => (await row()).approvedUntil ?? APPROVED_UNTIL;

describe('the looks of two clocks', () => {
  it.each([1, 10, 20, 28, 90])('are made of %i days a good while after a renewal is possible', (days) => {
    const ending = { until: APPROVED_UNTIL, days };

    expect(plusMilliseconds(renewableFrom(ending), Math.min(1, days / 12) * DAY_MS) < renewsAt(ending)).toBe(true);
    expect(renewsAt(ending) < APPROVED_UNTIL).toBe(true);
  });

  it('put on record that something has changed, though the clock of the one that looks is behind', async () => {
    scene.facts.now = plusMilliseconds(daysBefore(10), -5_000);
    const policies = async () => ({ base: GovernancePolicy.parse({ ...renewablePolicy, change_id: 'CHG-9' }) });

    expect(await ask('due', { policies })).toMatchObject({ outcome: 'refused' });
    expect(await eventsOf()).toEqual(['governance_not_renewed']);
  });

  it('change nothing where one goes back by weeks', async () => {
    scene.facts.now = daysBefore(60);

    expect((await ask()).reasons.map(({ rule }) => rule)).toEqual(['renewal_window']);
    expect(await eventsOf()).toEqual([]);
  });
});

describe('what serves', () => {
  const elsewhere = { endpointId: 'elsewhere', endpointName: 'elsewhere' };
  const rulesOf = async () => (await ask('look')).reasons.map(({ rule }) => rule);

  it('is looked up where it was moved to', async () => {
    scene.store.seed(aPointer({ fallbackReleaseId: '', endpointName: 'elsewhere' }));
    expect(await rulesOf()).toContain('serving');

    scene.store.seed(aWatchedEndpoint({ ...elsewhere, deviations: [A_DEVIATION] }));
    expect(await rulesOf()).toContain('serving');

    scene.store.seed(aWatchedEndpoint(elsewhere));
    expect(await rulesOf()).not.toContain('serving');
  });

  it('is not taken for what was approved if nobody has looked, or found another release when they did', async () => {
    scene.store.seed(aWatchedEndpoint({ releaseId: 'mortgage-1-1-0' }));
    expect(await rulesOf()).toEqual(['serving']);

    const { get } = scene.store;
    const unseen = async (...[entity, ...key]: Parameters<typeof get>) =>
      entity === 'watched_endpoint' || entity === 'pointer' ? undefined : get(entity, ...key);
    const { reasons } = await ask('look', { store: { ...scene.world.store, get: unseen as typeof get } });
    expect(reasons.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['serving', 'state']));
  });
});

describe('an overlay that appears', () => {
  const over = (models: string[]) => ({
    overlays: [{ name: 'mortgages', sha256: digestOf('overlay'), scope: { models }, policy: renewablePolicy }],
    models: [],
  });
  const compare = async (models: string[]) => {
    const policies = async () => ({ base: renewablePolicy, scoped: over(models) });
    return (await ask('look', { policies })).reasons.map(({ evidence }) => evidence);
  };

  it('is another policy for the models that it is about, and for no other', async () => {
    expect(await compare([MODEL])).toEqual(['policy']);
    expect(await compare(['fraud'])).toEqual([]);
  });
});

describe('an approval that is renewed again', () => {
  const renew = async () => {
    scene.facts.now = daysBefore(10, await until());
    expect(await ask()).toMatchObject({ outcome: 'renewed' });
    return { end: await until(), proof: await scene.store.get('attestation', releaseId, APPROVAL_RENEWAL) };
  };
  const isInForceAt = async (now: typeof APPROVED_UNTIL) => {
    const release = await row();
    const [force, renewal] = await Promise.all([readForce(scene.store, release), scene.world.readRenewal(release)]);
    return inForce({ ...force, renewal, release, now }).isInForce;
  };

  it('ends by the proof that its row names: the first one brought back leads back to the first end', async () => {
    const first = await renew();
    const second = await renew();
    expect(await isInForceAt(plusMilliseconds(second.end, -1))).toBe(true);

    if (first.proof === undefined) throw new Error('there was no proof');
    scene.store.seed({ ...first.proof, version: (second.proof?.version ?? 0) + 1 });

    expect(await isInForceAt(plusMilliseconds(first.end, -1))).toBe(true);
    expect(await isInForceAt(first.end)).toBe(false);
  });

  it('is not renewed by what was left of a crash after its end', async () => {
    const commit = () => Promise.reject(new Error('crashed'));
    await expect(ask('due', { store: { ...scene.world.store, commit } })).rejects.toThrow('crashed');

    expect(await isInForceAt(plusMilliseconds(APPROVED_UNTIL, -1))).toBe(true);
    expect(await isInForceAt(APPROVED_UNTIL)).toBe(false);
  });
});
