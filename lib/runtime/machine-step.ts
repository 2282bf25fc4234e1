import { recordRefusal } from '../domain/change/refusal-bounds.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import { untilCommitted } from '../domain/change/until-committed.ts';
import { recordTransitionRefused } from '../domain/gate/promotion.ts';
import { isDenied, ownsPromotion } from '../domain/gate/start-promotion.ts';
import type { EndpointMove } from '../domain/records/endpoint-move.ts';
import type { KeyRotation } from '../domain/records/key-rotation.ts';
import type { Rollback } from '../domain/records/rollback.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Release } from '../domain/release/release.ts';
import { now } from './clock.ts';
import {
  governedHandler,
  MoveStep,
  PromotionStep,
  ReleaseStep,
  RollbackStep,
  RotationStep,
} from './governed-handler.ts';

/** The words that a step answers. The Choice after it has a branch for each. */
export type AnswerOf<Step extends (...given: never[]) => unknown> =
  Awaited<ReturnType<Step>> extends infer Answer
    ? Answer extends { readonly outcome: infer Word }
      ? Word
      : never
    : never;

/** A step of the release machine: it gets the release as it is now, and answers the one word for the next Choice. */
export const releaseStep = <Word extends string>(store: ReleaseStore, run: (release: Release) => Promise<Word>) =>
  governedHandler(ReleaseStep, ({ releaseId }) => takeStep(store, releaseId, run, nothing));

/**
 * The same for a step that looks first whether it was taken before. What says so is read in one call with the release, in no order, so
 * nothing else is judged by it: a step that was taken meanwhile finds the rows there that it would create.
 */
export const releaseStepOnce = <Word extends string, Taken>(
  store: ReleaseStore,
  readTaken: (releaseId: string) => Promise<Taken>,
  run: (release: Release, taken: Taken) => Promise<Word>,
) => governedHandler(ReleaseStep, ({ releaseId }) => takeStep(store, releaseId, run, readTaken));

/**
 * A step of the promotion machine. If the execution no longer owns the promotion, because a later attempt was requested
 * or because it runs the release machine of an earlier version, it does nothing and answers the word that leads it out. So does a step whose
 * attempt was denied, by an earlier call of which the answer did not arrive.
 */
export const promotionStep = <Word extends string, LeadsOut extends 'deny' | 'settled'>(
  store: ReleaseStore,
  leadsOut: LeadsOut,
  run: (release: Release) => Promise<Word>,
) =>
  governedHandler(PromotionStep, ({ releaseId, attempt }) =>
    takeStep<Word | LeadsOut, void>(
      store,
      releaseId,
      async (release) => {
        const isOver = !ownsPromotion(release, attempt) || (leadsOut === 'deny' && isDenied(release));
        return isOver ? leadsOut : run(release);
      },
      nothing,
    ),
  );

const nothing = async (): Promise<void> => undefined;

const takeStep = <Word extends string, Beside>(
  store: ReleaseStore,
  releaseId: string,
  run: (release: Release, beside: Beside) => Promise<Word>,
  readBeside: (releaseId: string) => Promise<Beside>,
) =>
  untilCommitted(async () => {
    const [release, beside] = await Promise.all([
      requireFound(store.get('release', releaseId), releaseId),
      readBeside(releaseId),
    ]);
    try {
      return { outcome: await run(release, beside) };
    } catch (cause) {
      if (cause instanceof Refusal && cause.code === 'IllegalTransition') {
        const refused = { by: [releaseId], about: [cause.message] };
        await recordRefusal(
          recordTransitionRefused(release, cause.message),
          { bound: 'transition', ...refused },
          store,
          now(),
        );
      }
      throw cause;
    }
  });

/** A step of the rollback machine. */
export const rollbackStep = <Word extends string>(store: ReleaseStore, run: (rollback: Rollback) => Promise<Word>) =>
  governedHandler(RollbackStep, ({ rollbackId }) =>
    untilCommitted(async () => ({
      outcome: await run(await requireFound(store.get('rollback', rollbackId), rollbackId)),
    })),
  );

/**
 * A step of the move machine. An execution that outlived its move does nothing, and answers the word that leads it out:
 * another move is requested only when the one before it has settled.
 */
export const moveStep = <Word extends string>(store: ReleaseStore, run: (move: EndpointMove) => Promise<Word>) =>
  governedHandler(MoveStep, ({ modelName, move: number }) =>
    untilCommitted(async (): Promise<{ outcome: Word | 'refused' }> => {
      const move = await requireFound(store.get('endpoint_move', modelName), `the move of ${modelName}`);
      return { outcome: move.number === number ? await run(move) : 'refused' };
    }),
  );

/** A step of the rotation machine: besides the word it answers the cursor that the next step starts from. */
export const rotationStep = <Answer extends Omit<RotationStep, 'rotationId'> & { readonly outcome: string }>(
  store: ReleaseStore,
  run: (rotation: KeyRotation, step: Omit<RotationStep, 'rotationId'>) => Promise<Answer>,
) =>
  governedHandler(RotationStep, ({ rotationId, ...step }) =>
    untilCommitted(async () => run(await requireFound(store.get('key_rotation', rotationId), rotationId), step)),
  );
