import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { Conflict, Refusal } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { transition } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { promotionStep, releaseStep, rollbackStep } from '../../lib/runtime/machine-step.ts';
import { NOW } from '../support/approval-case.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../support/memory-release-store.ts';
import { aRollback, draft, MODEL } from '../support/release-life.ts';

// Of a context, the logger reads these.
const context = { functionName: 'f', memoryLimitInMB: '128', awsRequestId: 'r', invokedFunctionArn: 'arn' } as Context;

let store: MemoryReleaseStore;
beforeEach(() => {
  store = memoryReleaseStore();
  store.seed(draft, aRollback());
  for (const level of ['warn', 'info', 'error'] as const) vi.spyOn(logger, level).mockReturnValue();
});

const step = (run: (release: Release) => Promise<string>, releaseId: string = draft.releaseId) =>
  releaseStep(store, run)({ releaseId }, context);
const eventTypes = async () => (await store.events(MODEL)).map(({ event }) => event.event_type);

describe('a step of the release machine', () => {
  it('is given the release as it is now, and answers one word', async () => {
    expect(await step(async ({ state }) => `saw ${state}`)).toEqual({ outcome: 'saw draft' });
  });

  it('reads and judges again while somebody else is faster', async () => {
    const seen: number[] = [];
    const run = async ({ version }: Release) => {
      seen.push(version);
      if (seen.length === 1) {
        store.seed({ ...draft, version: version + 1 });
        throw new Conflict('somebody was faster');
      }
      return 'done';
    };

    expect(await step(run)).toEqual({ outcome: 'done' });
    expect(seen).toEqual([1, 2]);
  });

  it('that wants an illegal transition leaves that on record, and the release as it is', async () => {
    const stepping = step(async (release) => transition(release, 'production', NOW).state);

    await expect(stepping).rejects.toMatchObject({ name: 'IllegalTransition' });
    expect(await eventTypes()).toEqual(['transition_refused']);
    expect(await store.get('release', draft.releaseId)).toEqual(draft);
  });

  it('that is refused otherwise leaves no event of its own', async () => {
    const refusal = new Refusal('EvidenceDigestMismatch', 'no');

    await expect(step(async () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await eventTypes()).toEqual([]);
  });

  it('of a release that is not there is a fault', async () => {
    await expect(step(async () => 'never', 'nowhere')).rejects.toThrow('could not find nowhere');
  });
});

describe('a step of the promotion machine', () => {
  const stepOf = (attempt: number | undefined) =>
    promotionStep(store, 'deny', async ({ state }) => `saw ${state}`)({ releaseId: draft.releaseId, attempt }, context);

  it.each([undefined, 2])('acts for a release whose promotion it has in its hands (attempt %s)', async (attempt) => {
    store.seed(attempt === undefined ? draft : { ...draft, promotionAttempt: attempt });

    expect(await stepOf(attempt)).toEqual({ outcome: 'saw draft' });
  });

  it.each([undefined, 1, 3])('answers the word that leads out otherwise (attempt %s)', async (attempt) => {
    store.seed({ ...draft, promotionAttempt: 2 });

    expect(await stepOf(attempt)).toEqual({ outcome: 'deny' });
  });

  it.each([0, 1.5, '1'])('takes no %j for an attempt', async (attempt) => {
    await expect(stepOf(attempt as number)).rejects.toThrow('could not read the event');
  });
});

describe('a step of the rollback machine', () => {
  it('is given the rollback as it is now, and answers one word', async () => {
    const { rollbackId } = aRollback();

    const answer = await rollbackStep(store, async ({ status }) => status)({ rollbackId }, context);

    expect(answer).toEqual({ outcome: 'requested' });
  });

  it('of a rollback that is not there is a fault', async () => {
    await expect(rollbackStep(store, async () => 'never')({ rollbackId: 'nowhere' }, context)).rejects.toThrow(
      'could not find nowhere',
    );
  });
});

describe('what must be there', () => {
  it('is answered, also when it is nothing much', async () => {
    expect(await requireFound(Promise.resolve(''), 'text')).toBe('');
  });

  it('is a fault by its name when it is not', async () => {
    await expect(requireFound(Promise.resolve(undefined), 'the policy')).rejects.toThrow('could not find the policy');
  });
});

describe('the clock', () => {
  it('answers instants of the domain that go on', () => {
    const [one, two] = [now(), now()];

    expect(one).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    expect(one <= two).toBe(true);
  });
});
