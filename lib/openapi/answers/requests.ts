import * as z from 'zod';
import { Instant, PersonId } from '../../domain/identifiers.ts';
import { answer, page } from '../named.ts';
import { ReleaseSummary } from './summary.ts';

/** The question that people are asked about a release, and whom it waits for. */
export const ApprovalRequest = answer('ApprovalRequest', {
  request_id: z.string(),
  status: z.string(),
  expires_at: Instant,
  waits_for: z.array(z.object({ role: z.string(), asked: z.array(PersonId) })),
  escalated_at: Instant.optional(),
  undelivered: z.array(PersonId).optional(),
  required_people: z.array(PersonId).optional(),
  stages: z
    .array(z.object({ name: z.string(), roles: z.array(z.string()), status: z.enum(['not_open', 'open', 'complete']) }))
    .optional(),
});

const WaitingRequest = answer('WaitingRequest', {
  ...ReleaseSummary.shape,
  since: Instant,
  ...ApprovalRequest.shape,
});

export const RequestPage = page('RequestPage', { approvals: z.array(WaitingRequest) });

export const SentAgain = answer('SentAgain', {
  ...ReleaseSummary.shape,
  about: z.string(),
  people: z.array(z.string()),
});
