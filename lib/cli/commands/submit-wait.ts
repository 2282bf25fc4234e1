/** Waits for what becomes of a release that was just requested. */
import { refusalIdOf } from '../../domain/intake/refuse-claim.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Connection } from '../client/connection.ts';
import { readIfThere, type Subject, watchSubject } from '../client/subject.ts';
import { OutOfTime } from '../client/until-ended.ts';
import { EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { durationMs } from '../duration.ts';
import { Refusals } from '../terminal/refusal-account.ts';
import { Story } from '../terminal/release-account.ts';
import { plain } from '../terminal/text.ts';

export type Submission = {
  readonly releaseId: string;
  readonly manifest: unknown;
  /** The refusals that there were before it: they are about other manifests. */
  readonly earlier: ReadonlySet<string>;
};

export const deadlineOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const limitMs = durationMs(text);
  if (limitMs !== undefined) return limitMs;
  throw new UsageError(`--deadline is no duration: ${plain(text)}; write 30m, 2h or 3d`);
};

/**
 * What there is before a release is requested. An id that is another release's is refused: the outcome of that one would be
 * taken for the outcome of this one.
 */
export const beforehand = async (
  connection: Connection,
  manifest: unknown,
  { releaseId, known }: { readonly releaseId: string; readonly known: string | undefined },
): Promise<Submission> => {
  if (known !== releaseId && (await readIfThere(connection, ['releases', releaseId])) !== undefined) {
    const problem = `${releaseId} is the id of another release`;
    throw new Refusal('ReleaseIdTaken', `${problem}, and nothing was sent`, [{ field: 'release_id', problem }]);
  }
  const earlier = await refusalsOf(connection, releaseId);
  return { releaseId, manifest, earlier: new Set(earlier.map(({ refusal_id: id }) => id)) };
};

const refusalsOf = async (connection: Connection, releaseId: string) =>
  Refusals.parse((await readIfThere(connection, ['refusals', releaseId])) ?? { refusals: [] }).refusals;

/** What was requested by now: a release, a refusal of this very manifest, or neither yet. */
const findSent = async (connection: Connection, { releaseId, manifest, earlier }: Submission): Promise<Subject> => {
  const release = await readIfThere(connection, ['releases', releaseId]);
  if (release !== undefined) return { kind: 'release', answer: release };
  const refusals = (await refusalsOf(connection, releaseId)).filter(
    // The same manifest, refused again for the same, makes no second refusal.
    (refusal) => !earlier.has(refusal.refusal_id) || refusalIdOf(refusal, manifest) === refusal.refusal_id,
  );
  return refusals.length === 0
    ? { kind: 'sent', answer: { release_id: releaseId } }
    : { kind: 'refused', answer: { refusals } };
};

type How = { readonly isJson: boolean; readonly deadline?: string | undefined };

/** The outcome as an exit code, shown on the way, with what to do about a no. */
export const awaitOutcome = async (
  connection: Connection,
  submission: Submission,
  around: Surroundings,
  { isJson, deadline }: How,
): Promise<ExitCode> => {
  const limitMs = deadlineOf(deadline);
  const { releaseId } = submission;
  try {
    const { ended, outcome } = await watchSubject(() => findSent(connection, submission), around, { isJson, limitMs });
    if (outcome === EXIT.no && ended.kind === 'release') around.err(remedyFor(Story.parse(ended.answer)));
    return outcome;
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    around.err(`no outcome within ${deadline}; to go on: assay status ${plain(releaseId)} --watch`);
    return EXIT.noAnswer;
  }
};

const REMEDIES: Readonly<Record<string, string>> = {
  rejected:
    'mend what the reasons name, give the release another release_id, then push and submit it again; assay check runs the checks before that. If people denied it, say in denial_answer of the manifest what was done about it',
  expired: 'nobody decided in time: give the release another release_id, and submit it again',
};

const remedyFor = ({ release: { release_id: id, state } }: Story): string =>
  state === 'approved'
    ? `What to do: an operator retries the promotion by assay promote ${plain(id)} --reason WHY, once nothing stands against it`
    : `What to do: ${REMEDIES[state] ?? `look at assay status ${plain(id)}`}`;
