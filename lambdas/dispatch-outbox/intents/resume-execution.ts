import { resumeExecution } from '../../../lib/adapters/sfn-executions.ts';
import { resumptionProblem } from '../../../lib/domain/approval/resumption.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { IntentForged } from '../intent-forged.ts';
import type { Performer } from '../tools.ts';

/** Resumes the execution that waits for the answer to an approval request, if rows of others bear the answer out. */
export const resume: Performer<'resume_execution', 'store'> = async ({ requestId }, { store }) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const [release, approvals] = await Promise.all([
    requireFound(store.get('release', request.releaseId), request.releaseId),
    store.list('approval', request.releaseId),
  ]);
  const { policy } = await requireFound(store.get('policy', release.policySha256), release.policySha256);
  const problem = resumptionProblem({ request, release, policy, approvals });
  if (problem !== undefined) throw new IntentForged(problem);
  await resumeExecution(request.taskToken, JSON.stringify({ outcome: request.status }));
};
