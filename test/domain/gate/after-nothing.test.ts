/** The pointer of a model that was taken back to nothing names no release, and its epoch goes on (RB-9). */
import { describe, expect, it } from 'vitest';
import { judgeFlip, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { promote } from '../../../lib/domain/gate/promotion.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { recordRestored } from '../../../lib/domain/serving/record-restoration.ts';
import { restorationOf } from '../../../lib/domain/serving/restoration.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  anApprovalOf,
  anEmptyPointer,
  anEndpoint,
  approved,
  approvedRequest,
  checks,
  deployed,
  inProduction,
  MODEL,
  NOTHING_BEFORE,
  pinnedDraft,
  policy,
  resulting,
  superseded,
  written,
} from '../../support/release-life.ts';

const pointer = anEmptyPointer();
const facing = { ...NOTHING_BEFORE, pointer, now: NOW };

describe('the next release of a model that was taken back to nothing', () => {
  it('is judged as one that replaces nothing', () => {
    const change = judgeRelease({ ...facing, release: pinnedDraft, policy, checks, attestationReasons: [] });

    expect(resulting(change, 'release').rollbackTarget).toBe('none');
  });

  it('may be promoted, also where only a first release may lack a rollback target', () => {
    const gates = { required_artifacts: ['rollback_target'], first_release_may_lack_rollback_target: true };
    const facts = {
      ...facing,
      release: approved,
      policy: { ...policy, release_gates: gates },
      checks,
      approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
      decisionKeyPem: DECISION_KEY.pem,
      request: approvedRequest,
      former: [],
      artifactSha256: digestOf('artifact'),
      departures: [],
    };

    expect(judgePromotion(facts)).toEqual({ outcome: 'allow' });
    expect(judgeFlip(facts)).toEqual({ outcome: 'allow' });
  });

  it('may not be promoted if people approved another way back', () => {
    const release = { ...approved, rollbackTarget: superseded.releaseId };

    expect(judgeFlip({ ...facing, release })).toMatchObject({
      reasons: [
        {
          rule: 'rollback_target',
          explanation: `nothing is in production now; when this release was evaluated, its way back was ${superseded.releaseId}`,
        },
      ],
    });
  });

  it('flips the pointer that is there: its epoch grows, and it has no fallback', () => {
    const served = withVersion(undefined, superseded);

    const change = promote({ ...facing, release: deployed, former: undefined, served, endpoint: anEndpoint() });

    expect(written(change)).toEqual([
      'replace release',
      'replace pointer',
      'replace served_versions',
      'expect endpoint',
    ]);
    expect(resulting(change, 'pointer')).toMatchObject({
      version: pointer.version,
      epoch: pointer.epoch + 1,
      releaseId: deployed.releaseId,
      fallbackReleaseId: '',
      endpointName: 'mortgage',
    });
    expect(change.event.details).toMatchObject({ epoch: pointer.epoch + 1, superseded: '' });
  });

  it('leaves no endpoint behind when it is denied after its deployment', () => {
    const endpoint = {
      serves: deployed.endpointConfigName ?? '',
      headsFor: deployed.endpointConfigName ?? '',
      condition: 'in_service' as const,
      createdAt: plusMilliseconds(NOW, 60_000),
    };
    const facts = { release: deployed, pointer, rollback: undefined, owner: undefined, now: NOW };

    expect(restorationOf({ ...facts, endpoint })).toEqual({ act: 'delete' });
    expect(restorationOf({ ...facts, endpoint: undefined })).toEqual({ act: 'restored' });
    expect(
      recordRestored(deployed, { pointer, owner: undefined, endpoint: undefined }, NOW).event.details,
    ).toMatchObject({
      endpoint_config: 'none',
    });
  });
});

describe('a rollback of a model that was taken back to nothing', () => {
  it('is refused: nothing serves', async () => {
    const store = memoryReleaseStore();
    store.seed({ ...inProduction, state: 'rolled_back' }, pointer);
    const claim = {
      modelName: MODEL,
      actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
      reason: 'r',
      linkedIncident: 'i',
    };

    const refusal = await refusalOf(() => askRollback(claim, store, tickingClock()));

    expect(refusal).toMatchObject({ code: 'NotFound', message: `${MODEL} has no release in production` });
  });
});
