import { describe, expect, it } from 'vitest';
import { type GateDecision, judgeGate } from '../../../lib/domain/gate/gate.ts';
import { judgeStart } from '../../../lib/domain/gate/start-promotion.ts';
import {
  isWaitingForWindow,
  recordWaiting,
  stoppedByWindow,
  waitsUntil,
} from '../../../lib/domain/gate/wait-for-window.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { ActiveFreeze } from '../../../lib/domain/policy/active-freezes.ts';
import { isPromoting } from '../../../lib/domain/release/promotion-attempt.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  aHold,
  anApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  checks,
  inProduction,
  NOTHING_BEFORE,
} from '../../support/release-life.ts';

const MONDAY = Instant.parse('2026-11-30T07:00:00.000Z');
const NEW_YEAR = Instant.parse('2027-01-04T07:00:00.000Z');
const weekend: ActiveFreeze = {
  ...{ name: 'weekend', until: MONDAY, untilThere: '2026-11-30 08:00 Europe/Berlin', waits: true },
};
const yearEnd = { ...weekend, name: 'year end', until: NEW_YEAR, untilThere: '2027-01-04 08:00 Europe/Berlin' };
const facts = {
  ...NOTHING_BEFORE,
  ...{ release: approved, checks, request: approvedRequest, departures: [], decisionKeyPem: DECISION_KEY.pem },
  approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
  artifactSha256: digestOf('artifact'),
  now: plusMilliseconds(NOW, HOUR_MS),
};
const judge = (freezes: readonly ActiveFreeze[], changes: object = {}): GateDecision =>
  judgeGate({ ...facts, freezes, ...changes });
const reasonsOf = (decision: GateDecision) => (decision.outcome === 'deny' ? decision.reasons : []);

describe('the gate in a freeze (GT-6)', () => {
  it('denies a promotion, and names the window and its end there and in UTC', () => {
    expect(reasonsOf(judge([weekend]))).toEqual([
      {
        rule: 'freeze',
        evidence: '',
        explanation:
          'the freeze “weekend” is on until 2026-11-30 08:00 Europe/Berlin (2026-11-30T07:00:00.000Z): a promotion that nothing else stands against waits, and is judged again then',
      },
    ]);
    expect(reasonsOf(judge([{ ...weekend, waits: false }]))[0]?.explanation).toContain('the promotion is refused');
  });

  it('names every window, beside every other reason', () => {
    const rules = reasonsOf(judge([yearEnd, weekend], { hold: aHold() })).map(({ rule }) => rule);

    expect(rules).toEqual(['hold', 'freeze', 'freeze']);
  });

  it('lets what is in production go on', () => {
    expect(judge([weekend], { release: inProduction, pointer: aPointer() })).toEqual({ outcome: 'allow' });
  });

  it('lets a promotion wait for the last window, if nothing else is against it and all let it wait', () => {
    const until = (freezes: readonly ActiveFreeze[], changes: object = {}) =>
      waitsUntil(judge(freezes, changes), freezes);

    expect(until([])).toBeUndefined();
    expect(until([weekend])).toBe(MONDAY);
    expect(until([weekend, yearEnd])).toBe(NEW_YEAR);
    expect(until([weekend, { ...yearEnd, waits: false }])).toBeUndefined();
    expect(until([weekend], { hold: aHold() })).toBeUndefined();
  });
});

const order = { ...facts, breakGlass: undefined };

describe('an order that follows the gate', () => {
  const ordered = { ...approved, promotionAttempt: 1, deploymentAttempt: 1, endpointConfigName: 'mortgage-e1' };
  const weekendUnder = (endpointConfigName: string) => ({ freezes: [weekend], endpointConfigName });

  it('is given where no window is on', () => {
    expect(stoppedByWindow({ ...order, freezes: [] })).toBeUndefined();
  });

  it('is not turned back by a window that begins once it is on record', () => {
    expect(stoppedByWindow({ ...order, release: ordered, freezes: [weekend] })).toBeUndefined();
    expect(stoppedByWindow({ ...order, ...weekendUnder('mortgage-e1'), release: ordered })).toBeUndefined();
  });

  it('is not given again within a window, once the endpoint was restored after it', () => {
    const { endpointConfigName: _, ...restored } = ordered;

    expect(stoppedByWindow({ ...order, release: restored, freezes: [weekend] })?.outcome).toBe('wait');
    expect(stoppedByWindow({ ...order, ...weekendUnder('mortgage-e2'), release: restored })?.outcome).toBe('wait');
  });

  it('is not given within a window under another configuration than is on record: the attempt ends, and is restored', () => {
    const { deploymentAttempt: _, ...ofFormerVersion } = ordered;
    const stops = [ordered, ofFormerVersion].map((release) =>
      stoppedByWindow({ ...order, ...weekendUnder('mortgage-e2'), release }),
    );

    expect(stops.map((stopped) => stopped?.outcome)).toEqual(['deny', 'deny']);
    expect(stops.map((stopped) => stopped?.change.writes[0]?.entity)).toEqual([
      expect.objectContaining({ deniedAttempt: 1, endpointConfigName: 'mortgage-e1' }),
      expect.objectContaining({ deniedAttempt: 1, endpointConfigName: 'mortgage-e1' }),
    ]);
  });

  it('waits for the end of a window that began since, or is denied if that lets nothing wait', () => {
    const waits = stoppedByWindow({ ...order, freezes: [weekend] });
    const denied = stoppedByWindow({ ...order, freezes: [{ ...weekend, waits: false }] });

    expect([waits, denied].map((stopped) => stopped?.outcome)).toEqual(['wait', 'deny']);
    expect(waits?.change.event.details).toMatchObject({ waits_until: MONDAY });
    expect(denied?.change.event).toMatchObject({ event_type: 'promotion_refused', reason: 'freeze' });
  });
});

describe('a promotion that waits for the end of a window', () => {
  const reasons = reasonsOf(judge([weekend]));
  const attempted = { ...approved, promotionAttempt: 3 };
  const change = recordWaiting(attempted, reasons, MONDAY, facts.now);
  const after = change.writes[0]?.entity as typeof attempted;
  const promotion = { releaseId: approved.releaseId, attempt: 4 };

  it('is started again when it ends, as the next attempt', () => {
    expect(after).toMatchObject({ state: 'approved', promotionAttempt: 4, reasons });
    expect(change.intents[0]).toEqual({
      intent: expect.objectContaining({
        kind: 'start_execution',
        machine: 'promotion',
        name: after.execution,
      }),
      dueAt: MONDAY,
    });
    expect(judgeStart(after, { promotion, name: after.execution ?? '' })).toBe('start');
  });

  it('is on record with until when', () => {
    expect(change.event).toMatchObject({
      event_type: 'promotion_refused',
      details: { waits_until: MONDAY, attempt: 4, reasons: [{ rule: 'freeze' }] },
    });
  });

  it('is told from one that has ended: in a window that refuses, for another reason, or of a former version', () => {
    const denied = stoppedByWindow({ ...order, release: attempted, freezes: [{ ...weekend, waits: false }] });

    expect(isWaitingForWindow(after)).toBe(true);
    expect(isWaitingForWindow(denied?.change.writes[0]?.entity as typeof attempted)).toBe(false);
    expect(isWaitingForWindow({ ...approved, reasons: [...reasons] })).toBe(false);
    expect(isWaitingForWindow({ ...after, reasons: [] })).toBe(false);
    expect(isWaitingForWindow({ ...after, reasons: [{ ...reasons[0], rule: 'line' } as never] })).toBe(false);
    expect(isWaitingForWindow({ ...after, state: 'expired' })).toBe(false);
  });

  it('is not under way, so that an operator may ask meanwhile; their attempt takes over', () => {
    expect(isPromoting(after, facts.now)).toBe(false);
    const start = { promotion, name: after.execution ?? '' };
    expect(judgeStart({ ...after, promotionAttempt: 5 }, start)).toBe('over');
    expect(judgeStart({ ...after, state: 'expired' }, start)).toBe('over');
  });
});
