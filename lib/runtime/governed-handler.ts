import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { isPassing, leaveOutValues } from '../adapters/aws-error.ts';
import { Conflict, Refusal } from '../domain/refusal.ts';
import { IN_OUR_WORDS, wordIssues } from '../domain/wording.ts';
import { logger } from './logger.ts';

/**
 * Wraps every Lambda. It parses the event once, and logs an error by its kind before it reaches the caller. A refusal
 * keeps its code as its name. A `Conflict` is for the caller to retry, and so is `ServiceUnavailable`, which stands for
 * an outage or the throttling of any service.
 */
export const governedHandler = <Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (event: z.output<Schema>) => Promise<Output>,
): ((event: unknown, context: Context) => Promise<Output>) =>
  middy()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .onError((request) => {
      // What AWS says of the parts of a request is left out of the error, so it is judged first.
      const passes = isPassing(request.error);
      leaveOutValues(request.error);
      logThrown(request.error);
      if (request.error) request.error = nameError(request.error, passes);
    })
    .handler((event: unknown, _context: Context) => {
      const parsed = schema.safeParse(event, IN_OUR_WORDS);
      if (!parsed.success) throw new Error(`could not read the event: ${wordIssues(parsed.error)}`);
      return run(parsed.data);
    });

/** Each service names its outages and its throttling differently. The Retry policy of the machines knows one name. */
const nameError = (error: Error, passes: boolean): Error =>
  error instanceof Refusal || error instanceof Conflict || !passes
    ? error
    : Object.assign(new Error(`${error.name}: ${error.message}`, { cause: error }), { name: 'ServiceUnavailable' });

/** Logs an error by its kind: a refusal and a conflict are no faults. */
export const logThrown = (error: unknown): void => {
  if (error instanceof Refusal) logger.warn('refused', { code: error.code, violations: [...error.violations] });
  else if (error instanceof Conflict) logger.info('conflict', { reason: error.message });
  else logger.error('fault', error instanceof Error ? error : new Error(String(error)));
};

/** The event of a step of the release machine. */
export const ReleaseStep = z.object({ releaseId: z.string().min(1) });
/**
 * The event of a step of the promotion machine. The release machine of an earlier version, which went on to production
 * by itself, sends no attempt.
 */
export const PromotionStep = ReleaseStep.extend({ attempt: z.int().min(1).optional() });
/** The event of a step of the rollback machine. */
export const RollbackStep = z.object({ rollbackId: z.string().min(1) });
/** The event of a step of the move machine: whose move it is, and which of its moves. */
export const MoveStep = z.object({ modelName: z.string().min(1), move: z.int().min(1) });
/** The event of a step of the rotation machine: its cursor (the last release done), and the counts so far. */
export const RotationStep = z.object({
  rotationId: z.string().min(1),
  after: z.string(),
  renewed: z.int().min(0),
  refused: z.int().min(0),
});
export type RotationStep = z.infer<typeof RotationStep>;
