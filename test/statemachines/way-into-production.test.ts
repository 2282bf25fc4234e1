/** What holds on every path into production, across both machines. */
import { describe, expect, it } from 'vitest';
import { ReleaseState, TRANSITIONS } from '../../lib/domain/release/lifecycle.ts';
import { approved } from '../support/release-life.ts';
import { joined, machine, reachable, type Step } from './machine.ts';
import { PROMOTION_INTENTS, promotionsOf } from './promotion-intents.ts';
import { findInSource } from './source.ts';

const intents = PROMOTION_INTENTS.map(({ after, commits }) => ({
  from: after,
  to: `promotion/${machine('promotion').start}`,
  because: `promotion intent of ${commits}`,
}));
const way = joined(['release', 'promotion'], intents);
/** Goes on from the verdict of an earlier execution, whose table was rebuilt; see below. */
const goesOn = (from: string, { to }: Step) => from === 'release/IsNew' && to === 'release/AwaitApproval';
const without = (state: string) => reachable(way, (from, step) => from !== state && !goesOn(from, step));
const unless = (choice: string, outcome: string) =>
  reachable(
    way,
    (from, step: Step) => !goesOn(from, step) && (from !== choice || step.because !== `{% $outcome = '${outcome}' %}`),
  );

describe('the way into production (SD-3)', () => {
  it('leads through both machines, by the promotion intents alone', () => {
    const withoutIntents = reachable(way, (_, { because }) => !because.startsWith('promotion intent'));

    expect(reachable(way)).toContain('promotion/PromoteRelease');
    expect([...withoutIntents].filter((place) => place.startsWith('promotion/'))).toEqual([]);
  });

  it.each([
    'release/PinEvidence',
    'release/RegisterModelPackage',
    'release/EvaluateStages',
    'release/EvaluateRiskClassification',
    'release/EvaluateGate',
    'release/AwaitApproval',
    'release/SignRecord',
    'promotion/VerifyPromotion',
  ])('promotes and deploys nothing without %s', (state) => {
    expect(without(state)).not.toContain('promotion/PromoteRelease');
    expect(without(state)).not.toContain('promotion/DeployEndpoint');
  });

  it.each(['promotion/DeployEndpoint', 'promotion/VerifyEndpoint'])('promotes nothing without %s', (state) => {
    expect(without(state)).not.toContain('promotion/PromoteRelease');
  });

  it.each([
    ['release/IsPinned', 'pinned'],
    ['release/IsValidated', 'validated'],
    ['release/IsApproved', 'approved'],
    ['promotion/MayPromote', 'allow'],
    ['promotion/IsDeploying', 'deploying'],
    ['promotion/IsInService', 'in_service'],
  ])('promotes nothing unless %s says %s', (choice, outcome) => {
    expect(unless(choice, outcome)).not.toContain('promotion/PromoteRelease');
  });

  // Who is asked about a release that is not validated: nobody (test/domain/approval/request.test.ts).
  it('begins with people only for an execution that goes on from an earlier one', () => {
    const steps = [...(machine('release').states.get('IsNew')?.Choices ?? [])];
    expect(steps.filter(({ Next }) => Next !== 'PinEvidence')).toEqual([
      { Condition: "{% $states.input.outcome = 'validated' %}", Next: 'AwaitApproval' },
    ]);
  });

  it('deploys and promotes in the promotion machine alone', () => {
    const names = [...machine('release').states.keys()];

    expect(names.filter((state) => /Promot|Deploy|Endpoint/.test(state))).toEqual([]);
  });

  it('ends the release machine with the record of the approval, and nothing else does', () => {
    expect(without('release/SignRecord')).not.toContain('release/ReleaseApproved');
    expect(unless('release/IsApproved', 'approved')).not.toContain('release/ReleaseApproved');
  });

  it('ends denied only when the endpoint was restored, also where it was deployed to by an earlier attempt', () => {
    expect(reachable(way)).toContain('promotion/PromotionDenied');
    expect(without('promotion/RestoreEndpoint')).not.toContain('promotion/PromotionDenied');
    expect(unless('promotion/IsRestored', 'settled')).not.toContain('promotion/PromotionDenied');
  });

  it('promotes and deploys nothing that was denied', () => {
    const denied = reachable({ ...way, start: 'promotion/RestoreEndpoint' });

    expect(denied).not.toContain('promotion/PromoteRelease');
    expect(denied).not.toContain('promotion/DeployEndpoint');
  });

  it('succeeds only by a promotion', () => {
    expect(unless('promotion/IsPromoted', 'promoted')).not.toContain('promotion/ReleasePromoted');
  });

  it('approves and promotes nothing by a fault: it ends the release machine, and leads the other to its endpoint', () => {
    const afterFault = (name: string) => [...reachable({ ...way, start: `${name}/RecordFault` })];

    expect(afterFault('release')).toEqual(['release/RecordFault', 'release/ReleaseFaulted']);
    expect(afterFault('promotion').toSorted()).toEqual(
      [
        'AwaitRestoration',
        'AwaitRestorationAfterStrategy',
        'EndpointNotRestored',
        'IsFaulted',
        'IsRestored',
        'PromotionDenied',
        'PromotionFaulted',
        'RecordFault',
        'RestoreEndpoint',
      ].map((state) => `promotion/${state}`),
    );
  });
});

/** The acts that others take for who commits them. */
const CALLED_BY: Readonly<Record<string, string>> = {
  requestPromotion: '(?:requestPromotion|askPromotion)',
  recordWaiting: '(?:recordStopped|stoppedByWindow)',
};

describe('the promotion intents', () => {
  it('are noted by the acts of the list, and by no others', () => {
    const acts = findInSource(/(?<!const )\bstartPromotion\(/g).map(({ file, within }) => `${file} ${within}`);

    const importers = findInSource(/import \{[^}]*\bstartPromotion\b[^}]*\}/g).map(({ file }) => file);

    expect(acts.toSorted()).toEqual(PROMOTION_INTENTS.map(({ file, act }) => `${file} ${act}`).toSorted());
    expect(importers.toSorted()).toEqual(PROMOTION_INTENTS.map(({ file }) => file).toSorted());
  });

  it('are made in one place, and every other intent that starts a machine names another to the letter', () => {
    const started = findInSource(/kind: 'start_execution',\s*machine: ([^,\n]+)/g);
    const named = started.map(({ file, match }) => `${match[1]} ${file}`);

    expect(named.filter((name) => !/^'(release|rollback|move|rotation)' /.test(name))).toEqual([
      "'promotion' lib/domain/gate/start-promotion.ts",
    ]);
    expect(findInSource(/kind: 'start_execution'(?! })/g)).toHaveLength(started.length);
  });

  it.each(PROMOTION_INTENTS)('of $act are committed by $committedBy alone', ({ act, committedBy }) => {
    const called = CALLED_BY[act] ?? act;
    const callers = findInSource(new RegExp(`(?<!const )\\b${called}\\(`, 'g')).map(({ file }) => file);
    const outside = callers.filter((file) => !file.startsWith('lib/domain/'));

    expect([...new Set(outside)]).toEqual(committedBy);
  });

  it.each(PROMOTION_INTENTS)('of $act carry ids and the attempt alone, beside $commits', ({ commits, example }) => {
    const change = example();

    expect(change.event.event_type).toBe(commits);
    expect(promotionsOf(change)).toEqual([{ releaseId: approved.releaseId, attempt: 1 }]);
    expect(change.writes).toMatchObject([{ kind: 'replace', entity: { promotionAttempt: 1, state: 'approved' } }]);
  });

  it('need an approval, which one act alone gives', () => {
    const before = ReleaseState.options.filter((state) => TRANSITIONS[state].includes('approved'));
    const acts = findInSource(/transition\([^)]*'approved'/g).map(({ within }) => within);

    expect(before).toEqual(['validated']);
    expect(acts).toEqual(['recordApproved']);
  });
});
