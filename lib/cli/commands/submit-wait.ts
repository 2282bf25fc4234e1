/** Waits for what becomes of a release that was just requested. */
import type { Connection } from '../client/connection.ts';
import { followSent, type Submission } from '../client/sent-release.ts';
import { watchSubject } from '../client/subject.ts';
import { OutOfTime } from '../client/until-ended.ts';
import { EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { durationMs } from '../duration.ts';
import { Story } from '../terminal/release-account.ts';
import { plain } from '../terminal/text.ts';

export const deadlineOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const limitMs = durationMs(text);
  if (limitMs !== undefined) return limitMs;
  throw new UsageError(`--deadline is no duration: ${plain(text)}; write 30m, 2h or 3d`);
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
  let { releaseId } = submission;
  const onOther = (other: string) => {
    releaseId = other;
    around.err(`${plain(other)} has this content already; to follow it: assay status ${plain(other)}`);
  };
  try {
    const find = followSent(connection, submission, { onOther });
    const { ended, outcome } = await watchSubject(find, around, { isJson, limitMs });
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
