/**
 * Every permanent *no* of the product. The code is the word in the log, in the ASL `Catch`, in the
 * problem document of the API and in the runbook.
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

/** One thing that is wrong, with the field or rule it is wrong with. */
export type Fault = { readonly field: string; readonly problem: string };

/** An expected, permanent refusal. It names every fault, not the first one. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly faults: readonly Fault[];

  constructor(code: RefusalCode, message: string, faults: readonly Fault[] = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.faults = faults;
    // Set from the code: a minifier renames the class, and no ASL Catch would match its letter.
    this.name = code;
  }
}

/** Somebody was faster: reading again and judging again is right. Thrown by adapters only. */
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
