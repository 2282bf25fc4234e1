import { resumeExecution } from '../../../lib/adapters/sfn-executions.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

/** Resumes the execution that waits for the answer to an approval request. */
export const resume: Performer<'resume_execution', 'store'> = async ({ requestId }, { store }) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  await resumeExecution(request.taskToken, JSON.stringify({ outcome: request.status }));
};
