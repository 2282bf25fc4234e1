/**
 * Every permanent *no* of the product. The code is the title of the API's problem document, the `code` that the log and
 * the ledger keep, and the name of the error that a failed step shows in Step Functions.
 */
export type RefusalCode =
  | 'ManifestInvalid'
  | 'ReleaseIdTaken'
  | 'VersionTaken'
  | 'EvidenceMissing'
  | 'EvidenceDigestMismatch'
  | 'EvidenceUnreadable'
  | 'IllegalTransition'
  | 'LinkInvalid'
  | 'LinkExpired'
  | 'RequestNotPending'
  | 'ApproverNotEligible'
  | 'SeparationOfDuties'
  | 'DecisionIncomplete'
  | 'DecisionAlreadyRecorded'
  | 'QuorumImpossible'
  | 'NotFound'
  | 'NotAuthorized'
  | 'EndpointBusy'
  | 'PromotionImpossible'
  | 'RollbackImpossible'
  | 'RestorationImpossible'
  | 'PolicyInvalid'
  | 'LedgerInvalid';

/** One thing that is wrong, with the field or rule that it violates. Stored and sent as `faults`. */
export type Violation = { readonly field: string; readonly problem: string };

/** An expected, permanent refusal. It names every violation, not the first one. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly violations: readonly Violation[];

  constructor(code: RefusalCode, message: string, violations: readonly Violation[] = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.violations = violations;
    // Set from the code: a minifier renames the class, and no ASL Catch would match its letter.
    this.name = code;
  }
}

/** Another writer was faster: reading again and judging again is right. Thrown by adapters only. */
export class Conflict extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Conflict';
  }
}

/** Says that a branch cannot be reached; the compiler proves it, and a bug fails loudly. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
