/** Verifies the attestation of a stage from its file and the public key alone: `assay verify`, and the console. Needs no AWS. */
import type { Instant, Sha256 } from '../identifiers.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { Statement } from '../signing/statement.ts';
import { renewalsOf, signaturesIn } from './signature.ts';
import { STAGE_EXTENSION, TEST_RESULT_TYPE, TestResult } from './test-result.ts';

export type AttestationReport = {
  /** What the stage said, of which bytes and when, once the signature was verified; undefined if nobody can say. */
  readonly attestation:
    | {
        readonly release_id: string;
        readonly stage: string;
        readonly result: TestResult['result'];
        readonly timestamp: Instant;
        /** The bytes that it is about. */
        readonly name: string;
        readonly sha256: Sha256;
        readonly passed: readonly string[];
        readonly warned: readonly string[];
        readonly failed: readonly string[];
      }
    | undefined;
  /** The attestation holds if and only if there are none. */
  readonly problems: readonly string[];
};

export type AttestationKey = {
  /** The public key of attestations, PEM. */
  readonly attestationKeyPem: string;
  /** What the bytes at hand hash to; undefined if there are none to compare. */
  readonly artifactSha256?: Sha256 | undefined;
};

/** Whether a file looks like the attestation of a stage. It says nothing yet of who signed it. */
export const isAttestation = (bytes: Uint8Array): boolean => {
  const envelope = Envelope.safeParse(jsonIn(bytes));
  if (!envelope.success) return false;
  const statement = Statement.safeParse(jsonIn(Buffer.from(envelope.data.payload, 'base64')));
  return statement.data?.predicateType === TEST_RESULT_TYPE;
};

/**
 * Establishes that the holder of the key signed what a stage found of one artifact. A stage that failed attests so, and its
 * attestation holds all the same: `result` says how it ended.
 */
export const verifyAttestation = (bytes: Uint8Array, { attestationKeyPem, artifactSha256 }: AttestationKey) =>
  reportOf(openAttestation(bytes, attestationKeyPem), artifactSha256);

type Opened =
  | { readonly subject: Statement['subject'][number]; readonly said: TestResult }
  | { readonly problem: string };

const reportOf = (opened: Opened, artifactSha256: Sha256 | undefined): AttestationReport => {
  if ('problem' in opened) return { attestation: undefined, problems: [opened.problem] };
  const { said, subject } = opened;
  const { release_id, stage, timestamp } = said[STAGE_EXTENSION];
  const { sha256 } = subject.digest;
  return {
    attestation: {
      ...{ release_id, stage, timestamp, result: said.result, name: subject.name, sha256 },
      ...{ passed: said.passedTests, warned: said.warnedTests, failed: said.failedTests },
    },
    problems:
      artifactSha256 === undefined || artifactSha256 === sha256
        ? []
        : [`it is about an artifact that hashes to ${sha256}, and this one hashes to ${artifactSha256}`],
  };
};

/** The file may be anything; what is in it is read only after its signature was verified. */
const openAttestation = (bytes: Uint8Array, keyPem: string): Opened => {
  const envelope = Envelope.safeParse(jsonIn(bytes));
  if (!envelope.success) return { problem: 'it is no DSSE envelope' };
  const verified = verifyEnvelope(envelope.data, keyPem);
  if ('problem' in verified) return verified;
  const statement = Statement.safeParse(jsonIn(verified.payload)).data;
  if (statement?.predicateType !== TEST_RESULT_TYPE)
    return { problem: `what was signed is no attestation of a stage: ${statement?.predicateType}` };
  const said = TestResult.safeParse(statement.predicate).data;
  const [subject, ...others] = statement.subject;
  return said === undefined || subject === undefined || others.length > 0
    ? { problem: 'this version does not know an attestation of this form' }
    : { said, subject };
};

/** What bytes say that may be anything; undefined if they are no JSON. */
export const jsonIn = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

/** The event that put this signature on record, or the one that says what it was renewed from; undefined if none did. */
export const eventOfSignature = (sha256: Sha256, events: readonly AuditEvent[]): AuditEvent | undefined =>
  events.find(
    (event) =>
      signaturesIn([event]).some((signature) => signature.sha256 === sha256) ||
      renewalsOf(event).some((renewal) => renewal.to_sha256 === sha256),
  );
