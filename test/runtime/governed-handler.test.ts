import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Conflict, Refusal } from '../../lib/domain/refusal.ts';
import { governedHandler, logThrown } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';

// Of a context, the logger reads these.
const context = { functionName: 'f', memoryLimitInMB: '128', awsRequestId: 'r', invokedFunctionArn: 'arn' } as Context;
const Event = z.object({ releaseId: z.string().min(1), attempt: z.int().default(1) });
const handle = (event: unknown, run: (event: z.infer<typeof Event>) => Promise<unknown>) =>
  governedHandler(Event, run)(event, context);

const spies = () => ({
  warn: vi.spyOn(logger, 'warn').mockReturnValue(),
  info: vi.spyOn(logger, 'info').mockReturnValue(),
  error: vi.spyOn(logger, 'error').mockReturnValue(),
});
let logged: ReturnType<typeof spies>;
beforeEach(() => {
  logged = spies();
});
afterEach(() => vi.restoreAllMocks());

describe('what every handler wears', () => {
  it('hands over the event as it was parsed, and answers what the handler says', async () => {
    const answer = await handle({ releaseId: 'r-1', unknown: true }, async (event) => ({ event }));

    expect(answer).toEqual({ event: { releaseId: 'r-1', attempt: 1 } });
  });

  it.each([{}, { releaseId: '' }, null, 'text', { releaseId: 'r', attempt: 1.5 }])(
    'does not run on %j, which is no event of its own',
    async (event) => {
      const run = vi.fn();

      await expect(handle(event, run)).rejects.toThrow('could not read the event');

      expect(run).not.toHaveBeenCalled();
      expect(logged.error).toHaveBeenCalledOnce();
    },
  );

  it('names what it could not read', async () => {
    await expect(handle({ releaseId: '' }, async () => undefined)).rejects.toThrow(/releaseId/);
  });
});

describe('an error of a handler', () => {
  it.each([
    { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
    { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
    { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } },
    {
      name: 'TransactionCanceledException',
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
    },
    { name: 'Error', code: 'ECONNRESET' },
  ])('that is an outage or throttling, such as $name, has one name for the machine', async (trouble) => {
    const thrown = Object.assign(new Error('a bad moment'), trouble);

    const handling = handle({ releaseId: 'r' }, async () => Promise.reject(thrown));

    await expect(handling).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: `${trouble.name}: a bad moment`,
      cause: thrown,
    });
    expect(logged.error).toHaveBeenCalledWith('fault', thrown);
  });

  it('that a service will say again keeps its name', async () => {
    const thrown = Object.assign(new Error('no'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });

    await expect(handle({ releaseId: 'r' }, async () => Promise.reject(thrown))).rejects.toBe(thrown);
  });

  const refusal = new Refusal('EvidenceDigestMismatch', 'no', [{ field: 'artifact', problem: 'is another' }]);

  it('that is a refusal keeps its name for the machine, and is a warning', async () => {
    const handling = handle({ releaseId: 'r' }, async () => Promise.reject(refusal));

    await expect(handling).rejects.toBe(refusal);
    await expect(handling).rejects.toMatchObject({ name: 'EvidenceDigestMismatch' });
    expect(logged.warn).toHaveBeenCalledWith('refused', { code: refusal.code, violations: refusal.violations });
    expect(logged.error).not.toHaveBeenCalled();
  });

  it('that is a conflict is the caller’s to try again, and no fault', async () => {
    const conflict = new Conflict('somebody was faster');

    await expect(handle({ releaseId: 'r' }, async () => Promise.reject(conflict))).rejects.toMatchObject({
      name: 'Conflict',
    });

    expect(logged.info).toHaveBeenCalledWith('conflict', { reason: 'somebody was faster' });
    expect(logged.error).not.toHaveBeenCalled();
  });

  it('that is anything else is a fault', async () => {
    const error = new TypeError('broken');

    await expect(handle({ releaseId: 'r' }, async () => Promise.reject(error))).rejects.toBe(error);

    expect(logged.error).toHaveBeenCalledWith('fault', error);
  });

  it('that is no error is a fault all the same', () => {
    logThrown('thrown text');

    expect(logged.error).toHaveBeenCalledWith('fault', new Error('thrown text'));
  });
});
