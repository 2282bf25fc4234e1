/** What a failed command prints, and its exit code: decided here for all commands. */
import * as z from 'zod';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { ApiRefusal } from './client/api.ts';
import { EXIT, type ExitCode, UsageError } from './command.ts';
import { columns, plain } from './terminal/text.ts';

/** A refusal is a no, but some mean that the question could not be asked, or that its subject could not be read. */
const NO_ANSWER: Record<RefusalCode, boolean> = {
  BodyUnreadable: true,
  ManifestInvalid: false,
  ReleaseIdTaken: false,
  VersionTaken: false,
  EndpointMismatch: false,
  AdoptionImpossible: false,
  EndpointTaken: false,
  PackageTaken: false,
  DenialUnanswered: false,
  EvidenceMissing: true,
  EvidenceDigestMismatch: false,
  JudgedByFormerVersion: false,
  EvidenceUnreadable: true,
  IllegalTransition: false,
  LinkInvalid: false,
  LinkExpired: false,
  RequestNotPending: false,
  ApproverNotEligible: false,
  SeparationOfDuties: false,
  DecisionIncomplete: true,
  DecisionAlreadyRecorded: false,
  DecisionUnsigned: false,
  QuorumImpossible: false,
  NotFound: true,
  NotAuthorized: true,
  AskedTooOften: false,
  EndpointBusy: false,
  PromotionImpossible: false,
  RollbackImpossible: false,
  MoveImpossible: false,
  RestorationImpossible: false,
  PolicyInvalid: false,
  LedgerInvalid: false,
};
const REFUSALS = new Map(Object.entries(NO_ANSWER));

/** The API may also answer with a problem that is no refusal, such as a conflict: then there is no answer. */
export const exitCodeOf = (error: unknown): ExitCode =>
  isRefusal(error) && REFUSALS.get(error.name) === false ? EXIT.no : EXIT.noAnswer;

/** What to print; `command` is the name of the one that was called, if there is such a command. */
export const messageOf = (error: unknown, command?: string): string => {
  if (error instanceof UsageError) {
    return `assay: ${error.message}\nTry assay ${command === undefined ? 'help' : `${command} --help`}.`;
  }
  if (isRefusal(error)) {
    const violations = columns(
      ['field', 'problem'],
      error.violations.map(({ field, problem }) => [field, problem]),
    );
    return `${error.name}: ${plain(error.message)}${error.violations.length > 0 ? `\n\n${violations}` : ''}`;
  }
  if (error instanceof z.ZodError) return `assay: the answer has an unexpected shape, at ${fieldsOf(error)}`;
  if (error instanceof SyntaxError)
    return 'assay: a file or an answer is not JSON: was it cut off, or changed by hand?';
  const message = plain(error instanceof Error ? error.message : String(error));
  if (isBug(error)) return `assay: unexpected error, please report it as a bug: ${message}`;
  return `assay: ${fileProblem(error) ?? message}`;
};

const fieldsOf = ({ issues }: z.ZodError): string =>
  [...new Set(issues.map(({ path }) => plain(path.join('.')) || 'the whole'))].join(', ');

const isRefusal = (error: unknown): error is Refusal | ApiRefusal =>
  error instanceof Refusal || error instanceof ApiRefusal;

/** The runtime throws these for mistakes in code; services and files fail with other errors. */
const isBug = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError;

const FileError = z.object({ code: z.string(), syscall: z.string(), path: z.string() });

const fileProblem = (error: unknown): string | undefined => {
  const { success, data } = FileError.safeParse(error);
  if (!success) return undefined;
  return data.code === 'ENOENT'
    ? `there is no file ${plain(data.path)}`
    : `could not ${data.syscall} ${plain(data.path)}: ${data.code}`;
};
