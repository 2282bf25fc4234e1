/** What a break-glass opens, what it never opens, and until when (GT-6, SD-3, BG-1). */
import { describe, expect, it } from 'vitest';
import { closedBecause, debtReasons, openedBy } from '../../../lib/domain/gate/break-glass.ts';
import {
  type GateDecision,
  judgeDeployment,
  judgeFlip,
  judgeGate,
  judgeGoingOn,
  judgeOutlook,
  type PromotionFacts,
} from '../../../lib/domain/gate/gate.ts';
import { waitsUntil } from '../../../lib/domain/gate/wait-for-window.ts';
import { type Instant, PersonId } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { ActiveFreeze } from '../../../lib/domain/policy/active-freezes.ts';
import type { BreakGlass } from '../../../lib/domain/records/break-glass.ts';
import { ALL_MODELS } from '../../../lib/domain/records/line.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { aSuspension } from '../../support/conditions.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  aBreakGlass,
  aHold,
  aLine,
  aMove,
  anApprovalOf,
  anEndpoint,
  anUnsignedApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  draft,
  inProduction,
  MODEL,
  NOTHING_BEFORE,
  policy,
  releaseId,
} from '../../support/release-life.ts';

const at = (hours: number, milliseconds = 0): Instant => plusMilliseconds(NOW, hours * HOUR_MS + milliseconds);
const freeze: ActiveFreeze = { name: 'weekend', until: at(48), untilThere: 'then', waits: true };
const stopped = { freezes: [freeze], wholeLine: aLine({ scope: ALL_MODELS }), ownLine: aLine() };
const facts: PromotionFacts = {
  ...NOTHING_BEFORE,
  ...{ release: approved, checks, request: approvedRequest, departures: [], decisionKeyPem: DECISION_KEY.pem },
  approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
  artifactSha256: digestOf('artifact'),
  now: at(2),
};
const act = { by: 'olga', at: at(1), reason: 'why' };
/** What an operator ordered a millisecond after the confirmation. */
const order = { attempt: 1, by: 'omar', at: at(1, 1) };
const ordered: Release = { ...approved, promotionAttempt: 1, promotionOrder: order };
const open: PromotionFacts = { ...facts, ...stopped, release: ordered, breakGlass: aBreakGlass() };
const used = { at: at(2), attempt: 1, documentBy: at(74) };
const rulesOf = (decision: GateDecision): string[] =>
  decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];
const explained = (decision: GateDecision): string =>
  decision.outcome === 'deny' ? decision.reasons.map(({ explanation }) => explanation).join('; ') : '';

describe('a break-glass that is in force', () => {
  it('lets one release past freezes and a stopped line, of all models and of one, and the gate says by what', () => {
    const decision = judgeGate(open);

    expect(rulesOf(judgeGate({ ...open, breakGlass: undefined }))).toEqual(['line', 'line', 'freeze']);
    expect(decision.outcome === 'allow' && decision.opened?.map(({ rule }) => rule)).toEqual([
      'line',
      'line',
      'freeze',
    ]);
    expect(judgeOutlook(open)).toEqual({ outcome: 'allow' });
  });

  it('is not named where nothing was stopped', () => {
    expect(judgeGate({ ...facts, breakGlass: aBreakGlass() })).toEqual({ outcome: 'allow' });
    expect(openedBy([], { ...open, now: at(100) }, 'order')).toEqual({ closed: [], opened: [] });
  });

  it.each([
    ['the moment it was confirmed', at(1), 'allow'],
    ['its last millisecond', at(5, -1), 'allow'],
    ['its end', at(5), 'deny'],
  ])('is judged by the clock: %s', (_, now, outcome) => {
    expect(judgeGate({ ...open, now }).outcome).toBe(outcome);
  });

  it('lets a later step pass in the attempt that the gate used it for, and in no other', () => {
    const step = (breakGlass: BreakGlass, promotionAttempt?: number) => {
      const release = { ...approved, ...(promotionAttempt && { promotionAttempt }) };
      const one = { ...open, release, breakGlass, found: undefined, inProduction: [] };
      return [judgeFlip(one), judgeDeployment(one)].map((judged) => [...new Set(rulesOf(judged))]);
    };
    const denied = ['line', 'break_glass'];

    expect(step(aBreakGlass({ used }), 1)).toEqual([[], []]);
    expect(step(aBreakGlass({ used }))).toEqual([[], []]);
    expect(step(aBreakGlass({ used }), 2)).toEqual([denied, denied]);
    expect(step(aBreakGlass(), 1)).toEqual([denied, denied]);
  });
});

describe('what a break-glass never opens', () => {
  const [check, ...others] = checks;
  it.each<readonly [string, Partial<PromotionFacts>, string]>([
    [
      'a check that failed',
      { checks: checks.map((one) => (one === check ? { ...one, status: 'failed' } : one)) },
      String(check?.name),
    ],
    ['a check that was not run', { checks: others }, String(check?.name)],
    [
      'a canary that fails',
      {
        canaries: {
          entity: 'canaries',
          version: 1,
          ranAt: NOW,
          checks: { [String(check?.name)]: { failingSince: NOW, onGood: 'passed', onBad: 'passed' } },
          doubtful: [],
        },
      },
      'canary',
    ],
    [
      'a decision that nobody signed',
      { approvals: [anUnsignedApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')] },
      'decision_signature',
    ],
    ['an approval that is suspended', { suspensions: [aSuspension()] }, 'approval_suspended'],
    ['a quorum that is not met', { approvals: [anApprovalOf('ada', 'ml_lead')] }, 'quorum'],
    [
      'somebody who approves their own work',
      { release: { ...ordered, requestedBy: PersonId.parse('ada') } },
      'separation_of_duties',
    ],
    ['a request that is pending', { request: { ...approvedRequest, status: 'pending' } }, 'approval_request'],
    ['an approval that has expired', { release: { ...ordered, approvedUntil: at(2) } }, 'approval_expiry'],
    ['a release that is not approved', { release: { ...ordered, state: 'validated' } }, 'state'],
    ['a release that was never judged', { release: draft }, 'state'],
    ['a hold after a rollback', { hold: aHold() }, 'hold'],
    ['a rollback that is under way', { rollback: aRollback() }, 'rollback'],
    ['a move that is under way', { move: aMove(), pointer: aPointer() }, 'move'],
    ['another way back', { pointer: aPointer({ releaseId: releaseId('other') }) }, 'rollback_target'],
    ['another artifact', { artifactSha256: digestOf('other') }, 'artifact_sha256'],
    ['another package', { departures: [{ rule: 'model_package', evidence: '', explanation: 'why' }] }, 'model_package'],
    ['what is not registered', { release: { ...ordered, modelPackageArn: undefined } }, 'model_registry'],
    ['an endpoint of another model', { endpoint: anEndpoint({ modelName: 'other' as never }) }, 'endpoint'],
    ['a policy that is not known', { policy: Object.assign({}, policy, { more: true }) }, 'policy'],
  ])('%s', (_, changes, rule) => {
    const rules = rulesOf(judgeGate({ ...open, ...changes }));

    expect(rules).toContain(rule);
    expect(rules).toEqual(expect.arrayContaining(rulesOf(judgeGate({ ...facts, ...changes }))));
  });
});

describe('a break-glass that opens nothing', () => {
  it('denies as well if it is of another release, and is not named: what stops this one has nothing to do with it', () => {
    const decision = judgeGate({ ...open, breakGlass: aBreakGlass({ releaseId: releaseId('other') }) });

    expect(rulesOf(decision)).toEqual(['line', 'line', 'freeze']);
  });

  it.each<readonly [string, Partial<BreakGlass>, string]>([
    ['of another endpoint', { endpointName: 'other' }, 'it is of the endpoint other'],
    [
      'that nobody has confirmed',
      { confirmed: undefined },
      `no second person has confirmed it, which is possible until ${at(2)}`,
    ],
    [
      'that one person confirmed alone',
      { requested: { ...act, by: 'oscar' } },
      'oscar asked for it and confirmed it alone',
    ],
    ['that was confirmed too late', { confirmBy: at(1) }, `it was confirmed at ${at(1)}, too late`],
    ['that has expired', { confirmed: { ...act, by: 'oscar', until: at(2) } }, `its time was over at ${at(2)}`],
    ['that somebody ended', { ended: act }, `olga ended it at ${at(1)}`],
    ['of another environment', { environment: 'another' }, 'it is of the environment another'],
    [
      'that is open for longer than was asked for',
      { openHours: 1, confirmed: { ...act, by: 'oscar', until: at(2, 1) } },
      `it is open until ${at(2, 1)}, for longer than the 1 hours that were asked for`,
    ],
    [
      'that is open for more than a day',
      { openHours: 100, confirmed: { ...act, by: 'oscar', until: at(25, 1) } },
      'or than a day',
    ],
    ['that was documented', { documented: { by: 'olga', at: at(1), account: 'x' } }, `it was documented at ${at(1)}`],
    [
      'that its maker confirmed',
      { confirmed: { ...act, by: approved.requestedBy, until: at(5) } },
      `${approved.requestedBy} requested this release`,
    ],
  ])('%s denies, and says why beside what is stopped', (_, changes, why) => {
    const decision = judgeGate({ ...open, breakGlass: aBreakGlass(changes) });

    expect(rulesOf(decision)).toEqual(['line', 'line', 'freeze', 'break_glass']);
    expect(explained(decision)).toContain(why);
  });

  it.each<readonly [string, Partial<Release>, string]>([
    [
      'that the approval began',
      { promotionAttempt: 1, promotionOrder: undefined },
      'no operator asked for this attempt',
    ],
    ['of a former version, without a number', { promotionAttempt: undefined }, 'no operator asked for this attempt'],
    ['that waited for the end of a window', { promotionAttempt: 2 }, 'no operator asked for this attempt'],
    [
      'that was under way when it was confirmed',
      { promotionOrder: { ...order, at: at(1) } },
      `omar asked for this attempt at ${at(1)}, and nobody had confirmed it then: ask again`,
    ],
    [
      'that its maker asked for',
      { promotionOrder: { ...order, by: approved.requestedBy } },
      `${approved.requestedBy} requested this release and cannot ask for its promotion`,
    ],
    [
      'that an approver asked for',
      { promotionOrder: { ...order, by: 'ada' } },
      'ada approved this release and cannot ask for its promotion',
    ],
  ])('opens nothing for an attempt %s', (_, changes, why) => {
    const decision = judgeGate({ ...open, release: { ...ordered, ...changes } });

    expect(rulesOf(decision)).toEqual(['line', 'line', 'freeze', 'break_glass']);
    expect(explained(decision)).toContain(why);
  });

  it('opens nothing for the attempt that the approval began, whoever asked for the break-glass and confirmed it', () => {
    const breakGlass = aBreakGlass({
      requested: { ...act, by: approved.requestedBy },
      confirmed: { ...act, by: 'ada', until: at(5) },
    });

    expect(rulesOf(judgeGate({ ...open, breakGlass, release: { ...approved, promotionAttempt: 1 } }))).toContain(
      'break_glass',
    );
  });

  it('lets what waits for the end of a window wait on, though it is open', () => {
    const release: Release = { ...ordered, promotionAttempt: 2 };
    const decision = judgeGate({ ...facts, release, freezes: [freeze], breakGlass: aBreakGlass() });

    expect(waitsUntil(decision, [freeze])).toBe(freeze.until);
  });

  it('says to those outside that only the promotion goes past by it, until its use is on record', () => {
    const outside = judgeGate(open, 'step');

    expect(rulesOf(outside)).toEqual(['line', 'line', 'freeze', 'break_glass']);
    expect(explained(outside)).toContain('only a promotion by Assay');
    expect(judgeGate({ ...open, breakGlass: aBreakGlass({ used }) }, 'step')).toMatchObject({
      outcome: 'allow',
      opened: [{ rule: 'line' }, { rule: 'line' }, { rule: 'freeze' }],
    });
  });

  it('names every reason, and a session of a role is the role', () => {
    const [role, session] = ['arn:aws:iam::123456789012:role/ops', 'arn:aws:sts::123456789012:assumed-role/ops/monday'];
    const row = aBreakGlass({
      ...{ releaseId: releaseId('other'), endpointName: 'other', ended: act, requested: { ...act, by: role } },
      confirmed: { ...act, by: session, until: at(2) },
    });

    expect(closedBecause(row, { release: approved, now: at(2) }, 'order')).toHaveLength(5);
    expect(closedBecause(row, { release: approved, now: at(2) }, 'step')).toHaveLength(6);
  });

  it('lets a promotion wait for the end of the window all the same', () => {
    const waiting = {
      ...facts,
      release: ordered,
      freezes: [freeze],
      breakGlass: aBreakGlass({ confirmed: undefined }),
    };

    expect(waitsUntil(judgeGate(waiting), [freeze])).toBe(freeze.until);
    expect(waitsUntil(judgeGate({ ...waiting, breakGlass: aBreakGlass() }), [freeze])).toBeUndefined();
  });
});

describe('a break-glass that is not documented in time', () => {
  const owed = aBreakGlass({ used });
  const late = { ...facts, breakGlass: owed, now: at(74) };

  it('closes the gate of its model to the millisecond, until somebody documents it', () => {
    const documented = aBreakGlass({ used, documented: { by: 'olga', at: at(74), account: 'what was done' } });

    expect(judgeGate({ ...late, now: at(74, -1) })).toEqual({ outcome: 'allow' });
    expect(rulesOf(judgeGate(late))).toEqual(['break_glass_undocumented']);
    expect(explained(judgeGate(late))).toBe(
      `break-glass 1 of ${MODEL}, by which ${approved.releaseId} passed the gate, had to be documented by ${at(74)}`,
    );
    expect(rulesOf(judgeFlip(late))).toEqual(['break_glass_undocumented']);
    expect(rulesOf(judgeGate({ ...late, release: draft }))).toContain('break_glass_undocumented');
    expect(judgeGate({ ...late, breakGlass: documented })).toEqual({ outcome: 'allow' });
    expect(debtReasons({ breakGlass: aBreakGlass(), now: at(74) })).toEqual([]);
  });

  it('takes back the yes of the gate to what serves by it, and its renewal, and to no other release', () => {
    const serving = { ...late, release: inProduction, pointer: aPointer() };
    const own = { ...serving, breakGlass: aBreakGlass({ used, releaseId: inProduction.releaseId }) };
    const other = { ...serving, breakGlass: aBreakGlass({ used, releaseId: releaseId('other') }) };

    expect(rulesOf(judgeGate(own))).toEqual(['break_glass_undocumented']);
    expect(judgeGoingOn(own).map(({ rule }) => rule)).toEqual(['break_glass_undocumented']);
    expect(judgeGate(other)).toEqual({ outcome: 'allow' });
  });
});
