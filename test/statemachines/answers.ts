/** The words that the steps answer, read from the types of their Lambdas: a word too few or too many does not compile. */
import type { AnswerOf } from '../../lib/runtime/machine-step.ts';
import type { MachineName } from './machine.ts';

/** Takes exactly the words of a type, in any order. */
const words =
  <Word extends string>() =>
  <const Given extends readonly Word[]>(...given: Exclude<Word, Given[number]> extends never ? Given : never): Given =>
    given;

type Handler<Module extends { handler: (...given: never[]) => unknown }> = AnswerOf<Module['handler']>;
type Verifying = import('../../lambdas/verify-endpoint/handler.ts').Answers;
type Faulting = import('../../lambdas/record-fault/handler.ts').Answers;
type Restoring = import('../../lambdas/restore-endpoint/handler.ts').Answers;

/** For each machine its steps that a Choice follows. */
export const ANSWERS: Readonly<Record<MachineName, Readonly<Record<string, readonly string[]>>>> = {
  release: {
    PinEvidence: words<Handler<typeof import('../../lambdas/pin-evidence/handler.ts')>>()('pinned', 'rejected'),
    RegisterModelPackage: words<Handler<typeof import('../../lambdas/register-model-package/handler.ts')>>()(
      'registered',
      'rejected',
    ),
    EvaluateGate: words<Handler<typeof import('../../lambdas/evaluate-gate/handler.ts')>>()('validated', 'rejected'),
    // Answered by what people decided, or by the deadline.
    AwaitApproval: words<Exclude<import('../../lib/domain/records/approval.ts').ApprovalRequestStatus, 'pending'>>()(
      'approved',
      'rejected',
      'expired',
    ),
  },
  promotion: {
    VerifyPromotion: words<Handler<typeof import('../../lambdas/verify-promotion/handler.ts')>>()(
      'allow',
      'wait',
      'deny',
    ),
    DeployEndpoint: words<Handler<typeof import('../../lambdas/deploy-endpoint/handler.ts')>>()(
      'deploying',
      'not_approved_yet',
      'wait',
      'deny',
    ),
    VerifyEndpoint: words<Verifying['promotion']>()('in_service', 'pending', 'still_pending', 'failed', 'deny'),
    PromoteRelease: words<Handler<typeof import('../../lambdas/promote-release/handler.ts')>>()('promoted', 'deny'),
    RestoreEndpoint: words<Restoring['promotion']>()('settled', 'pending', 'still_pending', 'impossible'),
    RecordFault: words<Faulting['promotion']>()('restore', 'recorded'),
  },
  rollback: {
    VerifyFallback: words<Handler<typeof import('../../lambdas/verify-fallback/handler.ts')>>()(
      'verified',
      'to_nothing',
      'refused',
    ),
    SwitchEndpoint: words<Handler<typeof import('../../lambdas/switch-endpoint/handler.ts')>>()(
      'switched',
      'busy',
      'still_busy',
      'refused',
    ),
    VerifyEndpoint: words<Verifying['rollback']>()('in_service', 'pending', 'refused'),
    DeleteEndpoint: words<Handler<typeof import('../../lambdas/delete-endpoint/handler.ts')>>()(
      'gone',
      'pending',
      'still_busy',
      'refused',
    ),
    RollBackRelease: words<Handler<typeof import('../../lambdas/roll-back-release/handler.ts')>>()(
      'rolled_back',
      'refused',
    ),
    RestoreEndpoint: words<Restoring['rollback']>()('settled', 'pending', 'impossible'),
    RecordFault: words<Faulting['rollback']>()('restore', 'recorded'),
  },
  move: {
    OpenEndpoint: words<Handler<typeof import('../../lambdas/open-endpoint/handler.ts')>>()(
      'opening',
      'moved',
      'refused',
    ),
    VerifyEndpoint: words<Verifying['move']>()('in_service', 'pending', 'refused'),
    MoveEndpoint: words<Handler<typeof import('../../lambdas/move-endpoint/handler.ts')>>()('moved', 'refused'),
    CloseEndpoint: words<Handler<typeof import('../../lambdas/close-endpoint/handler.ts')>>()(
      'moved',
      'refused',
      'pending',
    ),
    RecordFault: words<Faulting['move']>()('refused', 'recorded'),
  },
  rotation: {
    RenewSignatures: words<Handler<typeof import('../../lambdas/renew-signatures/handler.ts')>>()('completed', 'more'),
  },
};
