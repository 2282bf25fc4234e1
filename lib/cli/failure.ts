/** What a failed command prints, and its exit code: decided here for all commands. */
import * as z from 'zod';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { ApiRefusal } from './client/api.ts';
import { connectionProblem } from './client/connection-problem.ts';
import { EXIT, type ExitCode, UsageError } from './command.ts';
import { columns, plain } from './terminal/text.ts';

/** A refusal is a no, but some mean that the question could not be asked, or that its subject could not be read. */
const NO_ANSWER: Record<RefusalCode, boolean> = {
  BodyUnreadable: true,
  RequestInvalid: true,
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
  StageNotOpen: false,
  ApproverNotEligible: false,
  SeparationOfDuties: false,
  DecisionIncomplete: true,
  DecisionAlreadyRecorded: false,
  ApprovalInvalid: false,
  QuorumImpossible: false,
  NotFound: true,
  NotAuthorized: true,
  AskedTooOften: false,
  IdempotencyKeyReused: false,
  RequestUnderWay: false,
  EndpointBusy: false,
  PromotionImpossible: false,
  BreakGlassImpossible: false,
  RollbackImpossible: false,
  MoveImpossible: false,
  RestorationImpossible: false,
  ReverificationImpossible: false,
  RenewalImpossible: false,
  QuestionCancelled: true,
  QuestionFailed: true,
  PolicyInvalid: false,
  LedgerInvalid: false,
};
const REFUSALS = new Map(Object.entries(NO_ANSWER));

/** The API may also answer with a problem that is no refusal, such as a conflict: then there is no answer. */
export const exitCodeOf = (error: unknown): ExitCode =>
  isRefusal(error) && REFUSALS.get(error.name) === false ? EXIT.no : EXIT.noAnswer;

/** What to print. How a command is used, after wrong usage, is printed by its caller. */
export const messageOf = (error: unknown): string => {
  if (error instanceof UsageError) return `assay: ${error.message}`;
  if (isRefusal(error)) {
    const violations = columns(
      ['field', 'problem'],
      error.violations.map(({ field, problem }) => [field, problem]),
    );
    const remedy = error instanceof ApiRefusal && error.remedy !== '' ? `\n\nWhat to do: ${plain(error.remedy)}` : '';
    return `${plain(error.name)}: ${plain(error.message)}${error.violations.length > 0 ? `\n\n${violations}` : ''}${remedy}`;
  }
  if (error instanceof z.ZodError) return `assay: the answer has an unexpected shape, at ${fieldsOf(error)}`;
  if (error instanceof SyntaxError)
    return 'assay: a file or an answer is not JSON: was it cut off, or changed by hand?';
  const known = systemProblem(error) ?? awsSetupProblem(error);
  if (known !== undefined) return `assay: ${known}`;
  const message = plain(error instanceof Error ? error.message : String(error));
  return isBug(error) ? `assay: unexpected error, please report it as a bug: ${message}` : `assay: ${message}`;
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

const SystemError = z.object({
  code: z.string(),
  syscall: z.string().optional(),
  path: z.string().optional(),
  address: z.string().optional(),
  port: z.int().optional(),
});

/** What the operating system answered, without its codes where there are words for them. */
const systemProblem = (error: unknown): string | undefined => {
  const { success, data } = SystemError.safeParse(error);
  if (!success) return undefined;
  const { code, syscall, path, address, port } = data;
  const words = FILE_PROBLEMS[code];
  if (words !== undefined) return words(path === undefined ? 'a file' : plain(path));
  const why = connectionProblem(code);
  if (why !== undefined)
    return `could not reach ${address === undefined ? 'AWS' : `${plain(address)}:${port}`}: ${why}`;
  return syscall === undefined || path === undefined ? undefined : `could not ${syscall} ${plain(path)}: ${code}`;
};

const FILE_PROBLEMS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no file ${path}`,
  ENOTDIR: (path) => `there is no file ${path}: a part of its path is no folder`,
  EISDIR: (path) => `${path === 'a file' ? 'a folder was named' : `${path} is a folder`}, and a file is needed`,
  EACCES: (path) => `you have no permission for ${path}`,
  EPERM: (path) => `you have no permission for ${path}`,
  EROFS: (path) => `could not write ${path}: it is on a volume that is read-only`,
  ENOSPC: (path) => `could not write ${path}: the disk is full`,
};

/** The SDK's own sentences for what is missing in its configuration do not say how to mend it. */
const awsSetupProblem = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'Region is missing') return 'the region of AWS is not known: set AWS_REGION, or AWS_PROFILE';
  if (error.name !== 'CredentialsProviderError') return undefined;
  return 'there are no AWS credentials here: set AWS_PROFILE, or run this where a role is at hand';
};
