/**
 * Every reason for which the product says *no* for good. The code is the title of the API's problem document, the
 * `code` in the log and the ledger, and the error name that a failed step shows in Step Functions.
 */
export type RefusalCode =
  | 'BodyUnreadable'
  | 'RequestInvalid'
  | 'ManifestInvalid'
  | 'ReleaseIdTaken'
  | 'VersionTaken'
  | 'EndpointMismatch'
  | 'AdoptionImpossible'
  | 'EndpointTaken'
  | 'PackageTaken'
  | 'DenialUnanswered'
  | 'EvidenceMissing'
  | 'EvidenceDigestMismatch'
  | 'JudgedByFormerVersion'
  | 'EvidenceUnreadable'
  | 'IllegalTransition'
  | 'LinkInvalid'
  | 'LinkExpired'
  | 'RequestNotPending'
  | 'StageNotOpen'
  | 'ApproverNotEligible'
  | 'SeparationOfDuties'
  | 'DecisionIncomplete'
  | 'DecisionAlreadyRecorded'
  | 'ApprovalInvalid'
  | 'QuorumImpossible'
  | 'NotFound'
  | 'NotAuthorized'
  | 'AskedTooOften'
  | 'IdempotencyKeyReused'
  | 'RequestUnderWay'
  | 'EndpointBusy'
  | 'PromotionImpossible'
  | 'BreakGlassImpossible'
  | 'RollbackImpossible'
  | 'MoveImpossible'
  | 'RestorationImpossible'
  | 'ReverificationImpossible'
  | 'RenewalImpossible'
  | 'QuestionCancelled'
  | 'QuestionFailed'
  | 'PolicyInvalid'
  | 'LedgerInvalid';

/** One problem, and the field or rule that it is about. Stored and sent as `faults`. */
export type Violation = {
  readonly field: string;
  readonly problem: string;
  /** A name that the directory does not know. The problem is about it, and it goes into no event. */
  readonly name?: string;
};

/** An expected, permanent refusal. It names every violation, not only the first. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly violations: readonly Violation[];
  /** What to do about it; empty where the message says all there is. */
  readonly remedy: string;

  constructor(
    code: RefusalCode,
    message: string,
    violations: readonly Violation[] = [],
    { remedy = '', ...options }: ErrorOptions & { readonly remedy?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.violations = violations;
    this.remedy = remedy;
    // Set from the code, not from the class: a minifier shortens the class name to a letter, which no Catch would
    // match.
    this.name = code;
  }
}

/** Another writer was faster, or is about to write what the judgement rests on: the caller should read and judge again. */
export class Conflict extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Conflict';
  }
}

/**
 * A service that a judgement needs did not answer in time. Nothing was decided and nothing recorded: the same request may
 * be sent again. The Retry policies of the machines know this name.
 */
export class Unavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceUnavailable';
  }
}

/** Marks a branch that cannot be reached. The compiler proves it; if a bug gets there all the same, it fails loudly. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
