import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { Conflict, Refusal } from '../domain/refusal.ts';
import { logger } from './logger.ts';

/**
 * What every Lambda wears: the event is parsed once, and an error is logged by its kind before it goes on to whoever
 * called. A refusal keeps its code as its name, a conflict is the caller's to retry.
 */
export const governedHandler = <Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (event: z.output<Schema>) => Promise<Output>,
) =>
  middy()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .onError(({ error }) => {
      logThrown(error);
    })
    .handler((event: unknown, _context: Context) => {
      const parsed = schema.safeParse(event);
      if (!parsed.success) throw new Error(`could not read the event: ${z.prettifyError(parsed.error)}`);
      return run(parsed.data);
    });

/** Logs an error by its kind: a refusal and a conflict are no faults. */
export const logThrown = (error: unknown): void => {
  if (error instanceof Refusal) logger.warn('refused', { code: error.code, faults: [...error.faults] });
  else if (error instanceof Conflict) logger.info('conflict', { reason: error.message });
  else logger.error('fault', error instanceof Error ? error : new Error(String(error)));
};

/** The event of a step of the release machine. */
export const ReleaseStep = z.object({ releaseId: z.string().min(1) });
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
