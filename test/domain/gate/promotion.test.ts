import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/domain/change/change.ts';
import {
  deploymentFailure,
  promote,
  recordApproved,
  recordDenied,
  recordDeploymentFailed,
  recordTransitionRefused,
} from '../../../lib/domain/gate/promotion.ts';
import { recordDeployment } from '../../../lib/domain/gate/record-deployment.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { aCondition } from '../../support/conditions.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import {
  APPROVED_UNTIL,
  anEndpoint,
  aPointer,
  approved,
  DEPLOYED,
  deployed,
  draft,
  inProduction,
  intended,
  MODEL,
  policy,
  releaseId,
  resulting,
  superseded,
  validated,
  written,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const ID = approved.releaseId;
const sealed = (change: Change) => sealEvent(change.event, MODEL, GENESIS, NOW);

describe('a deployment that is under way', () => {
  const pending = { status: 'pending', endpointConfigName: 'mortgage-1-2-0-e2', isNew: false } as const;
  const secondsIn = (seconds: number) => plusMilliseconds(deployed.updatedAt, seconds * 1000);

  it('fails after two hours without an end, and not a second sooner', () => {
    expect(deploymentFailure(deployed, pending, secondsIn(7200))).toBeUndefined();
    expect(deploymentFailure(deployed, pending, secondsIn(7201))).toBe(
      'the endpoint has been on its way for two hours',
    );
  });

  it('has succeeded however long it took', () => {
    expect(
      deploymentFailure(deployed, { ...pending, status: 'in_service', images: [] }, secondsIn(90_000)),
    ).toBeUndefined();
  });

  it('fails as the deployer says', () => {
    expect(deploymentFailure(deployed, { status: 'failed', reason: 'no capacity' }, secondsIn(1))).toBe('no capacity');
  });
});

describe('a record that was signed', () => {
  const record = { sha256: digestOf('record'), uri: 's3://evidence/records/r.dsse.json', keyId: 'record-key' };

  it('approves the release for as long as the policy says, and notes when that ends (EX-1)', () => {
    const change = recordApproved(validated, { record, policy, approvals: [], now: NOW });

    expect(written(change)).toEqual(['replace release']);
    expect(resulting(change, 'release')).toMatchObject({
      state: 'approved',
      approvedAt: NOW,
      approvedUntil: APPROVED_UNTIL,
      recordSha256: record.sha256,
      recordUri: record.uri,
      recordKeyId: record.keyId,
      promotionAttempt: 1,
    });
    expect(change.event).toMatchObject({
      event_type: 'release_approved',
      approval_state: 'approved',
      evidence_refs: [record.uri],
      subject: { record_sha256: record.sha256 },
      details: { approved_until: APPROVED_UNTIL, key_id: record.keyId },
    });
    expect(intended(change)).toEqual([
      'start_execution',
      `sync ${ID}`,
      'publish Release Approved',
      'expire_approval',
      ...Array(3).fill('warn_of_expiry'),
    ]);
    expect(change.intents.slice(-4).map(({ dueAt }) => dueAt)).toEqual([
      APPROVED_UNTIL,
      ...[14, 7, 1].map((days) => plusMilliseconds(APPROVED_UNTIL, -days * DAY_MS)),
    ]);
  });

  it('tells those who have a condition to meet', () => {
    const approvals = [{}, { conditions: [aCondition()] }];
    const { intents } = recordApproved(validated, { record, policy, approvals, now: NOW });

    expect(intents.at(-1)?.intent).toMatchObject({ kind: 'notify_people', outcome: 'approved_with_conditions' });
  });

  it('lasts 7,776,000 seconds under a policy of 90 days', () => {
    const { approvedUntil } = resulting(
      recordApproved(validated, { record, policy, approvals: [], now: NOW }),
      'release',
    );

    expect(Date.parse(approvedUntil ?? '') - Date.parse(NOW)).toBe(7_776_000_000);
  });

  it('approves no release that was not validated', async () => {
    expect(await refusalCodeOf(() => recordApproved(draft, { record, policy, approvals: [], now: NOW }))).toBe(
      'IllegalTransition',
    );
  });
});

describe('a promotion that the gate denies', () => {
  const reasons = [
    { rule: 'quorum', evidence: '', explanation: 'nobody has approved as risk_owner' },
    { rule: 'state', evidence: '', explanation: 'x😀'.repeat(300) },
    { rule: 'quorum', evidence: '', explanation: 'nobody has approved as ml_lead' },
  ] as const;

  it('leaves the release in its state, with every reason on record', () => {
    const change = recordDenied(approved, { outcome: 'deny', reasons: [...reasons] }, LATER);

    expect(resulting(change, 'release')).toEqual({ ...approved, reasons, updatedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'promotion_refused',
      approval_state: 'approved',
      reason: 'quorum, state',
      details: { reasons_total: 3, reasons: [reasons[0], { rule: 'state' }, reasons[2]] },
    });
    expect(intended(change)).toEqual(['publish Promotion Refused']);
    expect(() => sealed(change)).not.toThrow();
  });

  it('has an event of its own each time', () => {
    const deny = (version: number) =>
      recordDenied({ ...approved, version }, { outcome: 'deny', reasons: [...reasons] }, LATER).event.idempotency_key;

    expect(deny(8)).not.toBe(deny(9));
  });
});

describe('a deployment', () => {
  const ordered = { endpointConfigName: 'mortgage-e1', endpoint: undefined, isNew: false, ...DEPLOYED, now: LATER };

  it('that was started is on record with its endpoint and configuration', () => {
    const change = recordDeployment(approved, ordered);

    expect(resulting(change, 'release')).toMatchObject({ state: 'approved', endpointConfigName: 'mortgage-e1' });
    expect(change.event).toMatchObject({
      event_type: 'deployment_started',
      details: { endpoint: 'mortgage', endpoint_config: 'mortgage-e1' },
    });
    expect(intended(change)).toEqual([]);
  });

  it('makes the endpoint the model’s own before it is ordered (GT-8)', () => {
    const first = recordDeployment(approved, ordered);
    const later = recordDeployment(approved, { ...ordered, endpoint: anEndpoint() });

    expect(written(first)).toEqual(['replace release', 'create endpoint']);
    const { endpointConfigName } = ordered;
    expect(resulting(first, 'endpoint')).toEqual(anEndpoint({ version: 0, since: LATER, endpointConfigName }));
    expect(written(later)).toEqual(['replace release', 'expect endpoint']);
  });

  it('has events of its own each time that it is tried', () => {
    const keysOf = (version: number) => [
      recordDeployment({ ...approved, version }, ordered).event.idempotency_key,
      recordDeploymentFailed({ ...deployed, version }, { why: 'no capacity', now: LATER }).event.idempotency_key,
    ];

    expect(new Set([...keysOf(8), ...keysOf(12)]).size).toBe(4);
  });

  it.each([deployed, approved])(
    'that failed at version $version leaves the release approved, with the reason',
    (release) => {
      const change = recordDeploymentFailed(release, { why: `no capacity ${'😀'.repeat(600)}`, now: LATER });

      expect(resulting(change, 'release')).toMatchObject({ state: 'approved', reasons: [{ rule: 'deployment' }] });
      expect(change.event).toMatchObject({
        event_type: 'deployment_failed',
        idempotency_key: `${ID}:deployment:${release.version}:failed`,
        reason: expect.stringMatching(/^no capacity/),
      });
      expect(intended(change)).toEqual(['publish Deployment Failed']);
      expect(() => sealed(change)).not.toThrow();
    },
  );
});

describe('a promotion', () => {
  const flip = (changes: Partial<Parameters<typeof promote>[0]> = {}) => ({
    release: deployed,
    pointer: undefined,
    former: undefined,
    served: undefined,
    endpoint: undefined,
    now: LATER,
    ...changes,
  });

  it('of the first release creates the pointer, without a rollback target yet', () => {
    const change = promote(flip());

    expect(written(change)).toEqual(['replace release', 'create pointer', 'create served_versions', 'create endpoint']);
    const { endpointConfigName } = deployed;
    expect(resulting(change, 'endpoint')).toEqual(anEndpoint({ version: 0, since: LATER, endpointConfigName }));
    expect(resulting(change, 'release')).toMatchObject({ state: 'production', updatedAt: LATER });
    expect(resulting(change, 'pointer')).toEqual({
      entity: 'pointer',
      version: 0,
      modelName: MODEL,
      epoch: 1,
      releaseId: ID,
      fallbackReleaseId: '',
      endpointName: 'mortgage',
      endpointConfigName: deployed.endpointConfigName,
      since: LATER,
    });
    expect(change.event).toMatchObject({
      event_type: 'deployment_promoted',
      approval_state: 'production',
      idempotency_key: `${MODEL}:epoch:1`,
      details: { epoch: 1, superseded: '' },
    });
    expect(intended(change)).toEqual([`sync ${ID}`, 'publish Release Promoted', 'notify promoted']);
  });

  it('flips the pointer, and makes the release before it the fallback, in one change', () => {
    const former = { ...inProduction, releaseId: releaseId('mortgage-1-1-0') };
    const pointer = aPointer({
      releaseId: former.releaseId,
      fallbackReleaseId: 'mortgage-1-0-0',
      epoch: 5,
      version: 5,
    });

    const change = promote(
      flip({ pointer, former, served: withVersion(undefined, superseded), endpoint: anEndpoint() }),
    );

    expect(written(change)).toEqual([
      'replace release',
      'replace pointer',
      'replace served_versions',
      'expect endpoint',
      'replace release',
    ]);
    expect(resulting(change, 'pointer')).toMatchObject({
      version: 5,
      epoch: 6,
      releaseId: ID,
      fallbackReleaseId: former.releaseId,
      fallbackEndpointConfigName: pointer.endpointConfigName,
    });
    expect(resulting(change, 'served_versions').releases).toEqual({ '1.1.0': 'mortgage-1-1-0', '1.2.0': ID });
    expect(change.writes.at(-1)?.entity).toMatchObject({ releaseId: former.releaseId, state: 'superseded' });
    expect(change.event.details).toMatchObject({ epoch: 6, superseded: former.releaseId });
    expect(intended(change)).toEqual([
      `sync ${ID}`,
      `sync ${former.releaseId}`,
      'publish Release Promoted',
      'notify promoted',
    ]);
  });

  it('takes over an endpoint that its former owner released', () => {
    const endpoint = anEndpoint({ status: 'released', modelName: 'former-model' as never, version: 4 });

    const change = promote(flip({ endpoint }));

    expect(written(change)).toContain('replace endpoint');
    const { endpointConfigName } = deployed;
    expect(resulting(change, 'endpoint')).toEqual(anEndpoint({ version: 4, since: LATER, endpointConfigName }));
  });

  it('needs a deployment', () => {
    expect(() => promote(flip({ release: approved }))).toThrow('has no endpointConfigName');
  });

  it.each([draft, validated])('is of no release that is $state', async (release) => {
    const act = () => promote(flip({ release: { ...release, endpointConfigName: 'mortgage-e1' } }));

    expect(await refusalCodeOf(act)).toBe('IllegalTransition');
  });

  it('does not supersede a release that is not in production', async () => {
    expect(await refusalCodeOf(() => promote(flip({ pointer: aPointer(), former: draft })))).toBe('IllegalTransition');
  });
});

describe('a transition that was refused (ST-1)', () => {
  it('changes nothing and is on record', () => {
    const change = recordTransitionRefused(approved, 'a release that is approved cannot become validated');

    expect(written(change)).toEqual(['expect release']);
    expect(intended(change)).toEqual([]);
    expect(change.event).toMatchObject({
      event_type: 'transition_refused',
      approval_state: 'approved',
      reason: 'a release that is approved cannot become validated',
    });
  });
});
