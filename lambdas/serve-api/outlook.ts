import { isAskedNow, isOpened } from '../../lib/domain/approval/asked-now.ts';
import { quorumOf } from '../../lib/domain/approval/quorum.ts';
import { openedBy } from '../../lib/domain/gate/break-glass.ts';
import { freezeReasons } from '../../lib/domain/gate/freeze-reasons.ts';
import { readObstacles } from '../../lib/domain/gate/read-obstacles.ts';
import { readProofReasons } from '../../lib/domain/gate/read-proof-reasons.ts';
import { remediesOf } from '../../lib/domain/gate/remedies.ts';
import { endOfWaiting, isWaitingForWindow } from '../../lib/domain/gate/wait-for-window.ts';
import type { ActiveFreeze } from '../../lib/domain/policy/active-freezes.ts';
import type { Approval, ApprovalRequest, RequestStage } from '../../lib/domain/records/approval.ts';
import type { Pointer } from '../../lib/domain/records/pointer.ts';
import { isPromoting } from '../../lib/domain/release/promotion-attempt.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { Api } from './api.ts';
import { breakGlassView } from './break-glass.ts';

/** What a release waits for, whether it can go to production as things stand, and where it serves if it has. */
export const outlookOf = async (release: Release, approvals: readonly Approval[], api: Api) => {
  const { store, now, findFreezes } = api;
  const { approvalRequestId: requestId } = release;
  const at = now();
  const isWaiting = release.state === 'validated' || release.state === 'approved';
  const [request, pointer, breakGlass, { reasons: obstacles, facts }, proofs, freezes] = await Promise.all([
    requestId === undefined ? undefined : store.get('request', requestId),
    store.get('pointer', release.modelName),
    store.get('break_glass', release.modelName),
    readObstacles(release, store, at),
    isWaiting ? readProofReasons(release, store, at) : [],
    isWaiting ? findFreezes(release, at) : [],
  ]);
  const all = [
    ...obstacles,
    ...proofs,
    ...openedBy(freezeReasons(freezes), { release, breakGlass, now: at }, 'order').closed,
  ];
  // Why a break-glass opens neither the line nor a freeze is one reason.
  const reasons = [...new Map(all.map((one) => [`${one.rule} ${one.explanation}`, one])).values()];
  return {
    ...(request === undefined ? {} : { approval_request: requestView(request, approvals) }),
    ...(facts !== undefined
      ? {
          promotion: {
            can_promote: reasons.length === 0,
            under_way: isPromoting(release, at),
            ...waitingView(release, freezes),
            reasons: reasons.map(({ rule, explanation }) => ({ rule, explanation })),
            remedies: remediesOf(reasons, { ...facts, request }),
          },
        }
      : {}),
    ...(breakGlass?.releaseId === release.releaseId ? { break_glass: breakGlassView(breakGlass, at) } : {}),
    ...(pointer?.releaseId === release.releaseId ? { production: productionView(pointer) } : {}),
  };
};

/** An attempt that waits for windows is not under way, and comes about by itself. */
const waitingView = (release: Release, freezes: readonly ActiveFreeze[]) => {
  if (!isWaitingForWindow(release)) return { waits: false };
  const until = endOfWaiting(freezes);
  return { waits: true, ...(until === undefined ? {} : { waits_until: until }) };
};

/** Whom a pending request waits for. A decision that nobody signed counts for nothing. */
export const requestView = (request: ApprovalRequest, approvals: readonly Approval[]) => {
  const counted = approvals.filter(({ signed }) => signed !== undefined);
  const { missingRoles } = quorumOf(request.requiredRoles, counted);
  const hasDecided = new Set<string>(counted.map(({ approverId }) => approverId));
  return {
    request_id: request.requestId,
    status: request.status,
    expires_at: request.expiresAt,
    waits_for:
      request.status === 'pending'
        ? [...new Set(missingRoles)]
            .filter((role) => isAskedNow(request, role))
            .map((role) => ({
              role,
              asked: request.invitations
                .filter((invited) => invited.role === role && !hasDecided.has(invited.personId))
                .map(({ personId }) => personId),
            }))
        : [],
    ...(request.escalatedAt === undefined ? {} : { escalated_at: request.escalatedAt }),
    ...(request.undelivered === undefined ? {} : { undelivered: request.undelivered }),
    ...(request.requiredPeople === undefined ? {} : { required_people: request.requiredPeople }),
    ...(request.stages === undefined ? {} : { stages: request.stages.map((stage) => stageView(stage, missingRoles)) }),
  };
};

/** Those who are missing in a stage are missing in the request, because a role belongs to one stage. */
const stageView = (stage: RequestStage, missing: readonly string[]) => ({
  name: stage.name,
  roles: stage.roles,
  status: !isOpened(stage) ? 'not_open' : stage.roles.some((role) => missing.includes(role)) ? 'open' : 'complete',
});

const productionView = ({ endpointName, endpointConfigName, since, fallbackReleaseId }: Pointer) => ({
  endpoint: endpointName,
  endpoint_config: endpointConfigName,
  since,
  fallback: fallbackReleaseId,
});
