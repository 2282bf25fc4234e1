import { resumeExecution } from '../../../lib/adapters/sfn-executions.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

/** The machine that waits for an answer to a request goes on with it. */
export const resume: Performer<'resume_execution', 'store'> = async ({ requestId }, { store }) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  await resumeExecution(request.taskToken, JSON.stringify({ outcome: request.status }));
};
