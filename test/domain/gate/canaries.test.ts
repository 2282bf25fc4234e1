/** CK-12: a check that cannot be trusted closes the gate, and what rests on it is judged again. */
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { canaryReasons, readProofs, trustIn } from '../../../lib/domain/gate/canary-reasons.ts';
import { newlyFailing, type RanCanary, recordCanaries, restingOn } from '../../../lib/domain/gate/record-canaries.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { CONFIGURATION_CHAIN, roomInEvent } from '../../../lib/domain/ledger/event.ts';
import type { Canaries } from '../../../lib/domain/records/canaries.ts';
import type { Reverification } from '../../../lib/domain/records/reverification.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { approved, checks, draft, inProduction, policy, superseded, validated } from '../../support/release-life.ts';
import { aChange } from '../../support/release-store.contract.ts';

const [one] = checks;
if (one === undefined) throw new Error('there is no check');
const CHECK = one.name;
const code = digestOf('code');
const later = (days: number) => plusMilliseconds(NOW, days * DAY_MS);
const ran = (held: boolean, check = CHECK): RanCanary => ({
  check,
  held,
  onGood: 'passed',
  onBad: held ? 'failed' : 'passed',
  codeSha256: code,
});
const runAt = (former: Canaries | undefined, results: readonly RanCanary[], now = NOW, resting = {}) => {
  const deployed = results.map(({ check }) => check);
  return recordCanaries({ former, results, deployed, resting, startedAt: now, now });
};
const rowOf = (change: ReturnType<typeof recordCanaries>): Canaries => {
  const entity = change.writes[0]?.entity;
  if (entity?.entity !== 'canaries') throw new Error('no canaries are written');
  return { ...entity, version: entity.version + 1 };
};

describe('a run of the canaries', () => {
  it('is on record with what it proved', () => {
    const { model, event, writes, intents } = runAt(undefined, [ran(true), ran(true, 'other')]);

    expect(model).toBe(CONFIGURATION_CHAIN);
    expect(event).toMatchObject({
      event_type: 'canaries_evaluated',
      reason: 'every check holds',
      details: { checks_total: 2, failing: [], begun_to_fail: [], held_again: [], resting_total: 0 },
    });
    expect(writes).toMatchObject([
      { kind: 'create', entity: { ranAt: NOW, checks: { [CHECK]: { heldAt: NOW } }, doubtful: [] } },
    ]);
    expect(intents).toEqual([]);
  });

  it('tells once that a check begins to fail, and names what rests on it', () => {
    const held = rowOf(runAt(undefined, [ran(true)]));
    const failing = runAt(held, [ran(false)], later(1), { [CHECK]: [approved, inProduction] });

    expect(failing.event).toMatchObject({
      reason: `${CHECK} cannot be trusted`,
      details: {
        failing: [{ check: CHECK, on_good: 'passed', on_bad: 'passed' }],
        begun_to_fail: [CHECK],
        resting_total: new Set([approved.releaseId, inProduction.releaseId]).size,
      },
    });
    expect(failing.intents).toMatchObject([{ intent: { detailType: 'Canary Failed' } }]);
    expect(rowOf(failing).checks[CHECK]).toMatchObject({ heldAt: NOW, failingSince: later(1) });

    const still = runAt(rowOf(failing), [ran(false)], later(2));
    expect(still).toMatchObject({ intents: [], event: { details: { begun_to_fail: [] } } });
    expect(rowOf(still).checks[CHECK]).toMatchObject({ heldAt: NOW, failingSince: later(1) });
    expect(newlyFailing(rowOf(failing), [ran(false)])).toEqual([]);
  });

  it('keeps the time of doubt once the check holds again', () => {
    const never = rowOf(runAt(undefined, [ran(false)]));
    const again = runAt(never, [ran(true)], later(1));

    expect(again.intents).toMatchObject([{ intent: { detailType: 'Canary Held' } }]);
    expect(again.event.details).toMatchObject({ held_again: [CHECK] });
    expect(rowOf(again).doubtful).toEqual([{ check: CHECK, from: '', until: later(1) }]);

    const failing = rowOf(runAt(rowOf(again), [ran(false)], later(2)));
    expect(rowOf(runAt(failing, [ran(true)], later(3))).doubtful).toEqual([
      { check: CHECK, from: '', until: later(1) },
      { check: CHECK, from: later(1), until: later(3) },
    ]);
  });
});

describe('a run of the canaries of which a part did not answer', () => {
  const all = [CHECK, 'silent'];
  const partOf = (former: Canaries, results: readonly RanCanary[], now: typeof NOW, deployed = all) =>
    rowOf(recordCanaries({ former, results, deployed, resting: {}, startedAt: now, now }));

  it('leaves what is known of that part as it was', () => {
    const former = rowOf(runAt(undefined, [ran(true), ran(false, 'silent')]));

    const row = partOf(former, [ran(true)], later(0.5));

    expect(row.checks).toMatchObject({ [CHECK]: { heldAt: later(0.5) }, silent: { failingSince: NOW } });
    expect(row.doubtful).toEqual([]);
  });

  it('keeps the doubt about a failing check that is not deployed any more', () => {
    const former = rowOf(runAt(undefined, [ran(true), ran(true, 'silent')]));
    const failing = partOf(former, [ran(true), ran(false, 'silent')], later(0.4));

    const row = partOf(failing, [ran(true)], later(0.8), [CHECK]);

    expect(Object.keys(row.checks)).toEqual([CHECK]);
    expect(row.doubtful).toEqual([{ check: 'silent', from: NOW, until: later(0.8) }]);
    expect(partOf(former, [ran(true)], later(0.5), [CHECK]).doubtful).toEqual([]);
  });

  it('says that a check held since the run began, and not since it ended', () => {
    const times = { startedAt: NOW, now: later(1) };
    const { checks } = rowOf(
      recordCanaries({ former: undefined, results: [ran(true)], deployed: [CHECK], resting: {}, ...times }),
    );

    expect(checks[CHECK]?.heldAt).toBe(NOW);
  });
});

describe('a check that nobody proves', () => {
  const silent = (former: Canaries | undefined, now: typeof NOW) =>
    recordCanaries({ former, results: [], deployed: [CHECK], resting: {}, startedAt: now, now });

  it('is known from the first run that it did not answer, and as good as failing a day later', () => {
    const first = rowOf(silent(undefined, NOW));
    const second = rowOf(silent(first, later(0.5)));

    expect(first.checks).toEqual({ [CHECK]: { silentSince: NOW, onGood: 'no_answer', onBad: 'no_answer' } });
    expect(second.checks).toEqual(first.checks);
    const trustedAt = (days: number) => Object.values(second.checks).map((state) => trustIn(state, later(days)));
    expect([trustedAt(0.9), trustedAt(1)]).toEqual([['holds'], ['unproved']]);
  });

  it('is in doubt for the time in which it was as good as failing, and told of when it holds again', () => {
    const held = rowOf(runAt(undefined, [ran(true)]));
    const row = rowOf(silent(held, later(0.9)));
    const soon = runAt(row, [ran(true)], later(0.95));
    const late = runAt(row, [ran(true)], later(1.5));

    expect(soon).toMatchObject({ intents: [], writes: [{ entity: { doubtful: [] } }] });
    expect(late.event.details).toMatchObject({ held_again: [CHECK] });
    expect(rowOf(late).doubtful).toEqual([{ check: CHECK, from: NOW, until: later(1.5) }]);
    expect(rowOf(late).checks[CHECK]).not.toHaveProperty('silentSince');
    // Of one that never answered, nothing that it ever said was proved.
    const never = runAt(rowOf(silent(undefined, NOW)), [ran(true)], later(1.5));
    expect(rowOf(never).doubtful).toEqual([{ check: CHECK, from: '', until: later(1.5) }]);
  });

  it('is not believed for a proof by a clock that was ahead', () => {
    const state = { heldAt: later(1), onGood: 'passed', onBad: 'failed' };

    expect([trustIn(state, NOW), trustIn(state, later(1))]).toEqual(['unproved', 'holds']);
  });
});

it('a run that began before another one ended proves nothing any more', () => {
  const failing = rowOf(runAt(undefined, [ran(false)], later(1)));
  const stale = { former: failing, results: [ran(true)], deployed: [CHECK], resting: {}, startedAt: NOW };

  expect(() => recordCanaries({ ...stale, now: later(1) })).toThrow('these began before that');
  // A clock that was wrong once must not keep everything else from being proved until then.
  expect(rowOf(recordCanaries({ ...stale, now: NOW })).checks[CHECK]).toMatchObject({ heldAt: NOW });
});

it('forgets no doubt, however often a check begins to fail: older times become one', () => {
  let row = rowOf(runAt(undefined, [ran(true), ran(true, 'other')], later(0)));
  const doubted: number[] = [];
  for (let day = 1; day < 41; day += 2) {
    row = rowOf(runAt(row, [ran(false), ran(day > 1, 'other')], later(day / 4)));
    row = rowOf(runAt(row, [ran(true), ran(true, 'other')], later((day + 1) / 4)));
    doubted.push(day - 1, day);
  }
  const own = row.doubtful.filter(({ check }) => check === CHECK);
  const isDoubted = (day: number) => own.some(({ from, until }) => from <= later(day / 4) && later(day / 4) < until);

  expect(own).toHaveLength(5);
  expect(doubted.filter((day) => !isDoubted(day))).toEqual([]);
  expect(row.doubtful.filter(({ check }) => check === 'other')).toHaveLength(1);
});

it('fits into its event, even if every check begins to fail and ten thousand releases rest on them', () => {
  const results = CHECKS.map(({ name }) => ran(false, name));
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    ...approved,
    releaseId: ReleaseId.parse(`${'r'.repeat(58)}${10_000 + index}`),
  }));
  const { event } = runAt(undefined, results, NOW, { [CHECK]: many });

  expect(roomInEvent(event)).toBeGreaterThan(0);
  expect(event.details).toMatchObject({ failing: { length: CHECKS.length }, resting_total: 10_000 });
});

describe('what rests on a check', () => {
  const using = [draft, validated, approved, inProduction, superseded].map((release) => ({ release, policy }));
  const states = (former: Canaries | undefined, check = CHECK) =>
    restingOn(check, { former, now: later(0) }, using).map(({ state }) => state);

  it('is what people could rely on, approved since its canary last held', () => {
    expect(states(undefined)).toEqual(['validated', 'approved', 'production', 'superseded']);
    expect(states(rowOf(runAt(undefined, [ran(true)], later(400))))).toEqual([]);
  });

  it('is nothing whose policy does not use it', () => {
    expect(states(undefined, 'not_used')).toEqual([]);
  });
});

describe('the gate', () => {
  const reasons = (canaries: Canaries | undefined, reverifications: readonly Reverification[] = [], now = NOW) =>
    canaryReasons([CHECK], [{ name: CHECK, timestamp: NOW }], { canaries, reverifications, now }).map(
      ({ explanation }) => explanation,
    );
  const again = (at: typeof NOW): Reverification => ({
    ...{ entity: 'reverification', version: 1, releaseId: approved.releaseId, check: CHECK, status: 'passed' },
    ...{ statusBefore: 'passed', codeSha256: code, at, by: 'oscar' },
  });

  it('is not closed before any canary ran, nor while all hold', () => {
    expect(reasons(undefined)).toEqual([]);
    expect(reasons(rowOf(runAt(undefined, [ran(true)])))).toEqual([]);
  });

  it('is closed while the canary of a check that the policy uses fails, and of no other', () => {
    const failing = rowOf(runAt(undefined, [ran(false), ran(false, 'not_used')]));

    expect(reasons(failing)).toEqual([expect.stringContaining(`the canary of ${CHECK} has failed since ${NOW}`)]);
  });

  it('stays closed for what was judged in doubt until it is judged again', () => {
    const failing = rowOf(runAt(undefined, [ran(false)], later(-1)));
    const held = rowOf(runAt(failing, [ran(true)], later(1)));

    expect(reasons(held, [], later(1))).toEqual([
      expect.stringContaining(`assay reverify --check ${CHECK} --from ${NOW} --make`),
    ]);
    expect(reasons(held, [again(later(0))], later(1))).toHaveLength(1);
    expect(reasons(held, [again(later(1))], later(1))).toEqual([]);
  });

  it('is closed for what was made again at a time that is in doubt by now, though it was judged before', () => {
    const held = rowOf(runAt(undefined, [ran(true)], later(1)));
    const failing = rowOf(runAt(held, [ran(false)], later(2)));
    const once = rowOf(runAt(failing, [ran(true)], later(3)));

    expect(reasons(once, [], later(3))).toEqual([]);
    // Releases are listed by when they were approved, which was after the check judged first.
    expect(reasons(once, [again(later(2))], later(3))).toEqual([
      expect.stringMatching(`judged this release at ${later(2)}.* --from ${NOW} --make`),
    ]);
  });

  it('is closed when a check has not proved itself for a day, to the millisecond', () => {
    const held = rowOf(runAt(undefined, [ran(true)]));

    expect(reasons(held, [], plusMilliseconds(later(1), -1))).toEqual([]);
    expect(reasons(held, [], later(1))).toEqual([expect.stringContaining(`last held at ${NOW}`)]);
    const state = { onGood: 'passed', onBad: 'failed' };
    expect(reasons({ ...held, checks: { [CHECK]: state } })).toEqual([expect.stringContaining('never held')]);
  });

  it('is open for what was judged once the canary held again', () => {
    const failing = rowOf(runAt(undefined, [ran(false)], later(-2)));

    expect(reasons(rowOf(runAt(failing, [ran(true)], NOW)))).toEqual([]);
  });

  it('reads what is known of the checks', async () => {
    const store = memoryReleaseStore();
    const held = runAt(undefined, [ran(true)]);
    await store.commit(held, NOW);

    expect(await readProofs(store, approved)).toEqual({ canaries: rowOf(held), reverifications: [] });

    const doubt = [{ check: CHECK, from: '', until: NOW }];
    await store.commit(aChange('doubt', [{ kind: 'replace', entity: { ...rowOf(held), doubtful: doubt } }]), NOW);
    await store.commit(aChange('again', [{ kind: 'create', entity: { ...again(NOW), version: 0 } }]), NOW);
    expect((await readProofs(store, approved)).reverifications).toEqual([again(NOW)]);
  });
});
