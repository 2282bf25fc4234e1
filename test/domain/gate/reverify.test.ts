import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { ABOUT_PROMOTION, reverify, type VerdictNow } from '../../../lib/domain/gate/reverify.ts';
import { COUNTS_ROWS } from '../../../lib/domain/gate/rows-ended.ts';
import { type Instant, ReleaseId } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { REVERIFICATION_FAILED } from '../../../lib/domain/records/suspension.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { anApprovalOf, approved, checks, inProduction, keptPolicy, policy } from '../../support/release-life.ts';
import { aChange } from '../../support/release-store.contract.ts';

const [one] = checks;
if (one === undefined) throw new Error('there is no check');
const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
const claim = { releaseId: approved.releaseId, check: one.name, actor };
const says = (status: VerdictNow['status']): VerdictNow => ({
  ...{ status, measured: '0.5', threshold: '0.8', explanation: 'it was counted again', codeSha256: digestOf('code') },
});

/** What of the evidence is counted in tables of people. */
const ROWS = ['outcomeCounts', 'behaviour', 'modelOutputs', 'perturbation'];

const withRowsUntil = (release: Release, keptUntil: Instant): Release => {
  const { pinned } = release;
  if (pinned === undefined) throw new Error('nothing is pinned');
  const predictions = { ...pinned.evidence.predictions, key: 'evidence_rows/r/s', keptUntil };
  return { ...release, pinned: { ...pinned, evidence: { ...pinned.evidence, predictions } } };
};

const scene = async (release: Release = approved, before: Partial<typeof one> = {}) => {
  const store = memoryReleaseStore();
  const entities = [
    { ...release, version: 0 },
    { ...one, ...before, version: 0, releaseId: release.releaseId },
  ];
  await store.commit(
    aChange(
      'seeded',
      entities.map((entity) => ({ kind: 'create' as const, entity })),
    ),
    NOW,
  );
  const judged = (status: VerdictNow['status']) =>
    reverify(claim, { store, judge: async () => says(status), now: () => NOW });
  const lastEvent = async () => (await store.events(release.modelName)).at(-1)?.event;
  return { store, judged, lastEvent };
};

describe('a check that is made again (CK-12)', () => {
  it('is on record with both verdicts, and changes nothing if it passes as before', async () => {
    const { store, judged, lastEvent } = await scene();

    expect(await judged('passed')).toMatchObject({ outcome: 'holds', statusBefore: 'passed' });
    expect(await lastEvent()).toMatchObject({
      event_type: 'check_reverified',
      actor_id: 'oscar',
      details: { check: one.name, status: 'passed', status_before: 'passed', outcome: 'holds' },
    });
    expect(await store.get('reverification', approved.releaseId, one.name)).toMatchObject({ at: NOW, by: 'oscar' });
    expect(await store.list('suspension', approved.releaseId)).toEqual([]);
  });

  it('suspends the approval once if it does not pass any more, until it does', async () => {
    const { store, judged } = await scene();

    expect(await judged('failed')).toMatchObject({ outcome: 'suspended' });
    expect(await store.get('release', approved.releaseId)).toMatchObject({ suspendedSince: NOW });
    expect(await judged('failed')).toMatchObject({ outcome: 'holds' });
    expect(await judged('passed')).toMatchObject({ outcome: 'reinstated' });
    expect(await store.get('release', approved.releaseId)).not.toHaveProperty('suspendedSince');
    expect(await judged('failed')).toMatchObject({ outcome: 'suspended' });
    expect(await store.get('suspension', approved.releaseId, REVERIFICATION_FAILED, one.name)).toMatchObject({
      status: 'in_force',
    });
  });

  it('leaves the approval suspended for what else suspends it', async () => {
    const { store, judged } = await scene();
    await judged('failed');
    const release = await store.get('release', approved.releaseId);
    if (release === undefined) throw new Error('the release is gone');
    const other = {
      ...{ entity: 'suspension' as const, version: 0, releaseId: approved.releaseId, causeId: 'ada-1' },
      ...{ kind: 'condition_overdue', modelName: approved.modelName, status: 'in_force', reason: 'due', since: NOW },
    };
    await store.commit(aChange('overdue', [{ kind: 'create', entity: other }]), NOW);

    expect(await judged('passed')).toMatchObject({ outcome: 'holds' });
    expect(await store.list('suspension', approved.releaseId)).toMatchObject([
      { kind: REVERIFICATION_FAILED, status: 'lifted' },
      { kind: 'condition_overdue', status: 'in_force' },
    ]);
    expect(await store.get('release', approved.releaseId)).toMatchObject({ suspendedSince: NOW });
  });

  it('leaves the approval suspended for a condition that is overdue, though no sweep has recorded it', async () => {
    const { store, judged } = await scene();
    await judged('failed');
    const conditions = [{ text: 'Say who must not be scored.', owner_id: 'grace', due_at: NOW }];
    const decided = { ...anApprovalOf('ada', 'ml_lead', { conditions }), version: 0, releaseId: approved.releaseId };
    await store.commit(aChange('decided', [{ kind: 'create', entity: decided }]), NOW);

    expect(await judged('passed')).toMatchObject({ outcome: 'holds' });
    expect(await store.get('release', approved.releaseId)).toMatchObject({ suspendedSince: NOW });
  });

  it('suspends for a check that the kept policy enforces', async () => {
    const { store, judged } = await scene();
    await store.commit(aChange('kept', [{ kind: 'create', entity: { ...keptPolicy, version: 0 } }]), NOW);

    expect(await judged('failed')).toMatchObject({ outcome: 'suspended' });
  });

  it('suspends nothing for a check that need not pass', async () => {
    const stages = policy.stages.map((stage) => ({ ...stage, blocking: false }));
    const lenient = { ...policy, stages };
    const digest = policySha256(lenient);
    const { store, judged } = await scene({ ...approved, policySha256: digest });
    const kept = { ...keptPolicy, version: 0, policySha256: digest, policy: lenient };
    await store.commit(aChange('lenient', [{ kind: 'create', entity: kept }]), NOW);

    expect(await judged('failed')).toMatchObject({ outcome: 'holds' });
  });

  it('suspends nothing that has ended, and nothing that it never passed', async () => {
    expect(await (await scene({ ...approved, state: 'retired' })).judged('failed')).toMatchObject({ outcome: 'holds' });
    expect(await (await scene(approved, { status: 'failed' })).judged('failed')).toMatchObject({ outcome: 'holds' });
  });

  it('is refused of what is not there, was not judged, or is the code of others', async () => {
    const { store } = await scene();
    const ask = (changes: object) =>
      reverify({ ...claim, ...changes }, { store, judge: async () => says('passed'), now: () => NOW });

    await expect(ask({ releaseId: 'nothing' })).rejects.toThrow('there is no release nothing');
    await expect(ask({ check: 'attested_by' })).rejects.toThrow('attested_by has not judged');
    const custom = await scene(approved, { stage: 'custom_checks' });
    await expect(custom.judged('passed')).rejects.toThrow('is a custom check');
    const draft = await scene({ ...approved, state: 'draft' });
    await expect(draft.judged('passed')).rejects.toThrow('is being judged now');
  });

  it('is refused while the canary of the check fails, also if it begins to meanwhile', async () => {
    const { store, judged } = await scene();
    const failing = { failingSince: NOW, onGood: 'passed', onBad: 'passed' };
    const canaries = {
      ...{ entity: 'canaries' as const, version: 0, ranAt: NOW, checks: { [one.name]: failing }, doubtful: [] },
    };
    const begin = () => store.commit(aChange('failing', [{ kind: 'create', entity: canaries }]), NOW);
    const judge = async () => {
      await begin();
      return says('passed');
    };

    await expect(reverify(claim, { store, judge, now: () => NOW })).rejects.toThrow('what it says now proves nothing');
    await expect(judged('passed')).rejects.toThrow('what it says now proves nothing');
    expect(await store.list('reverification', approved.releaseId)).toEqual([]);
  });

  it('is refused of a check that has not proved itself for a day', async () => {
    const { store, judged } = await scene();
    const state = { heldAt: plusMilliseconds(NOW, -DAY_MS), onGood: 'passed', onBad: 'failed' };
    const canaries = { entity: 'canaries' as const, version: 0, ranAt: NOW, doubtful: [] };
    const checksOf = (one_: object) => ({ ...canaries, checks: { [one.name]: one_ as typeof state } });
    await store.commit(aChange('old', [{ kind: 'create', entity: checksOf(state) }]), NOW);
    await expect(judged('passed')).rejects.toThrow(`last held at ${state.heldAt}`);

    const { heldAt: _, ...never } = state;
    await store.commit(aChange('never', [{ kind: 'replace', entity: { ...checksOf(never), version: 1 } }]), NOW);
    await expect(judged('passed')).rejects.toThrow('last held at no time');
  });

  it('counts from when the check began to judge, and an older judgement lifts nothing that a newer one suspended', async () => {
    const { store, judged } = await scene();
    const later = plusMilliseconds(NOW, 60_000);
    const slow = async (status: VerdictNow['status'], meanwhile: () => Promise<unknown>) => {
      const times = [plusMilliseconds(NOW, -60_000), later, later];
      const judge = async () => {
        await meanwhile();
        return says(status);
      };
      return reverify(claim, { store, judge, now: () => times.shift() ?? later });
    };

    expect(await slow('passed', async () => {})).toMatchObject({ at: plusMilliseconds(NOW, -60_000) });
    await expect(slow('passed', () => judged('failed'))).rejects.toThrow('this one began before');
    expect(await store.get('release', approved.releaseId)).toMatchObject({ suspendedSince: NOW });
  });

  it('is refused once it is about something that is over: exactly the checks that look at the way back', async () => {
    const lookingBack = CHECKS.filter(({ reads }) => (reads as readonly string[]).includes('wayBack'));
    expect(ABOUT_PROMOTION).toEqual(lookingBack.map(({ name }) => name));

    const [name = ''] = ABOUT_PROMOTION;
    const over = await scene(inProduction, { name });
    const ask = { ...claim, releaseId: inProduction.releaseId, check: name };
    const world = { store: over.store, judge: async () => says('passed'), now: () => NOW };
    await expect(reverify(ask, world)).rejects.toThrow('is about the moment before a promotion');
    const waiting = await scene(approved, { name });
    expect(await reverify({ ...ask, releaseId: approved.releaseId }, { ...world, store: waiting.store })).toMatchObject(
      {
        outcome: 'holds',
      },
    );
  });

  it('is refused once the rows it counts are past their retention, whatever they would have said', async () => {
    const counting = CHECKS.filter(({ reads }) => (reads as readonly string[]).some((field) => ROWS.includes(field)));
    expect(COUNTS_ROWS.toSorted()).toEqual(counting.map(({ name }) => name).toSorted());

    const [name = ''] = COUNTS_ROWS;
    const ask = { ...claim, check: name };
    const judge = async () => says('failed');
    const { store } = await scene(withRowsUntil(approved, NOW), { name });
    await expect(reverify(ask, { store, judge, now: () => NOW })).rejects.toThrow('deleted after their period');
    expect(await store.get('release', approved.releaseId)).not.toHaveProperty('suspendedSince');
    const before = { store, judge, now: () => plusMilliseconds(NOW, -1) };
    expect(await reverify(ask, before)).toMatchObject({ outcome: 'suspended' });
    const document = await scene(withRowsUntil(approved, NOW));
    expect(await document.judged('passed')).toMatchObject({ outcome: 'holds' });
  });

  it('is refused once the perturbed rows are past their retention, though the others are not', async () => {
    const name = 'adversarial_perturbation_test_passed';
    const release = withRowsUntil(approved, plusMilliseconds(NOW, DAY_MS));
    const { pinned } = release;
    if (pinned === undefined) throw new Error('nothing is pinned');
    const perturbed = { ...pinned.evidence.predictions, keptUntil: NOW };
    const evidence = { ...pinned.evidence, perturbed_predictions: perturbed };
    const { store } = await scene({ ...release, pinned: { ...pinned, evidence } }, { name });
    const ask = reverify({ ...claim, check: name }, { store, judge: async () => says('failed'), now: () => NOW });

    await expect(ask).rejects.toThrow('deleted after their period');
  });

  it('is refused of a comparison once the rows of the other release are past their retention', async () => {
    const name = 'behaviour_change_within_threshold';
    const judge = async () => says('passed');
    const { store } = await scene({ ...inProduction, rollbackTarget: approved.releaseId }, { name });
    const ask = { ...claim, releaseId: inProduction.releaseId, check: name };
    // Nothing is known of the other one: there is nothing to say about its rows.
    expect(await reverify(ask, { store, judge, now: () => NOW })).toMatchObject({ outcome: 'holds' });

    const other = { ...withRowsUntil(approved, NOW), releaseId: ReleaseId.parse('the-former'), version: 0 };
    await store.commit(aChange('former', [{ kind: 'create', entity: other }]), NOW);
    const live = await scene({ ...inProduction, rollbackTarget: other.releaseId }, { name });
    await live.store.commit(aChange('former', [{ kind: 'create', entity: other }]), NOW);
    await expect(reverify(ask, { store: live.store, judge, now: () => NOW })).rejects.toThrow('deleted after their');
  });

  it('says so if the release goes away meanwhile', async () => {
    const { store } = await scene();
    let reads = 0;
    const going = {
      ...store,
      get: (async (name: 'release', id: string) => {
        reads += name === 'release' ? 1 : 0;
        return name === 'release' && reads > 1 ? undefined : store.get(name, id);
      }) as typeof store.get,
    };

    await expect(reverify(claim, { store: going, judge: async () => says('passed'), now: () => NOW })).rejects.toThrow(
      'there is no release',
    );
  });
});
