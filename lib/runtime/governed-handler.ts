import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { isPassing } from '../adapters/aws-error.ts';
import { Conflict, Refusal } from '../domain/refusal.ts';
import { logger } from './logger.ts';

/**
 * What every Lambda wears: the event is parsed once, and an error is logged by its kind before it goes on to the caller that
 * called. A refusal keeps its code as its name, a conflict is the caller's to retry, and so is `ServiceUnavailable`: a
 * service's own trouble, or its throttling.
 */
export const governedHandler = <Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (event: z.output<Schema>) => Promise<Output>,
) =>
  middy()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .onError((request) => {
      logThrown(request.error);
      if (request.error) request.error = nameError(request.error);
    })
    .handler((event: unknown, _context: Context) => {
      const parsed = schema.safeParse(event);
      if (!parsed.success) throw new Error(`could not read the event: ${z.prettifyError(parsed.error)}`);
      return run(parsed.data);
    });

/** Every service has words of its own for a bad moment. The machine, which tries such a step again, knows one. */
const nameError = (error: Error): Error =>
  error instanceof Refusal || error instanceof Conflict || !isPassing(error)
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
 * The event of a step of the promotion machine. An execution that an earlier version started, whose release machine went
 * on to production by itself, sends no attempt.
 */
export const PromotionStep = ReleaseStep.extend({ attempt: z.int().min(1).optional() });
/** The event of a step of the rollback machine. */
export const RollbackStep = z.object({ rollbackId: z.string().min(1) });
/** The event of a step of the rotation machine: how far it is, by the last release that it went through, and what it found. */
export const RotationStep = z.object({
  rotationId: z.string().min(1),
  after: z.string(),
  renewed: z.int().min(0),
  refused: z.int().min(0),
});
export type RotationStep = z.infer<typeof RotationStep>;
