import * as z from 'zod';
import { GateAnswer } from '../../domain/attestation/verification-summary.ts';
import { ModelName, ReleaseId, Sha256 } from '../../domain/identifiers.ts';
import { Reason } from '../../domain/release/release.ts';
import { Envelope } from '../../domain/signing/envelope.ts';
import { answer } from '../named.ts';

/** Without a release that is known there is nothing to sign about: `decision` is `deny`, and all but `reasons` and `remedies` is absent. */
export const GateReply = answer('GateReply', {
  decision: GateAnswer.shape.decision,
  reasons: z.array(Reason),
  remedies: z.array(z.string()),
  question: GateAnswer.shape.question.optional(),
  environment: z.string().optional(),
  release_id: ReleaseId.optional(),
  model_name: ModelName.optional(),
  model_version: z.string().optional(),
  subject: z.object({ name: z.string(), sha256: Sha256, is: GateAnswer.shape.subject }).optional(),
  policy_sha256: Sha256.optional(),
  inputs_sha256: Sha256.optional(),
  opened_by_break_glass: z.array(Reason).optional(),
  verification_summary: Envelope.optional(),
});

export const QuestionList = answer('QuestionList', {
  questions: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      parameters: z.array(
        z.object({ name: z.string(), about: z.string(), example: z.string(), required: z.boolean() }),
      ),
      columns: z.array(z.object({ name: z.string(), heading: z.string() })),
    }),
  ),
});

export const QuestionAnswer = answer('QuestionAnswer', {
  state: z.literal('answered'),
  run: z.string(),
  columns: z.array(
    z.object({
      name: z.string(),
      heading: z.string(),
      type: z.enum(['text', 'count']),
      isAside: z.literal(true).optional(),
    }),
  ),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  covers: z.object({ entries: z.int().min(0), until: z.string() }),
  total: z.int().min(0),
  next: z.int().optional(),
});

export const QuestionRunning = answer('QuestionRunning', { state: z.literal('running'), run: z.string() });
