import type { RefusalCode } from '../refusal.ts';

/** What a submitter does about each refusal of the intake. The faults say where; this says what then. */
const REMEDIES = {
  ManifestInvalid: 'Correct the fields that are named, and submit the manifest again.',
  ReleaseIdTaken: 'Give the release an id of its own, and submit it again.',
  VersionTaken: 'Count the version of the model up, and submit the release again.',
  EndpointMismatch: 'Name the endpoint that the model serves from, or move the model first: assay endpoints move.',
  EndpointTaken: 'Name another endpoint, or have an operator give this one to the model: assay endpoints adopt.',
  PackageTaken: 'Register a model package for this release alone, name it in the manifest, and submit it again.',
  DenialUnanswered: 'Say in denial_answer what was done about the denial, and submit the release again.',
  EvidenceMissing: 'Upload the files that are named to a bucket with versioning, and submit the release again.',
  QuorumImpossible:
    'Name others as makers if that is true, or have people added to the approver directory, or their absences corrected.',
  NotAuthorized: 'Have the caller declared in the approver directory, then submit the release again.',
} as const satisfies Partial<Record<RefusalCode, string>>;

/** What to do about a refusal of the intake; empty if only another version knows its code. */
export const remedyOf = (code: string): string =>
  Object.hasOwn(REMEDIES, code) ? REMEDIES[code as keyof typeof REMEDIES] : '';
