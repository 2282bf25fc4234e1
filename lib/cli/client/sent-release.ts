/** Finds out what becomes of a manifest that was sent by an event: nothing answers the event itself. */
import { isFaultListCut, refusalIdOf } from '../../domain/intake/refuse-claim.ts';
import { Refusal } from '../../domain/refusal.ts';
import { Refusals } from '../terminal/refusal-account.ts';
import type { Connection } from './connection.ts';
import { askKnown } from './find-known.ts';
import { readIfThere, type Subject } from './subject.ts';

export type Submission = {
  readonly releaseId: string;
  readonly manifest: unknown;
  /** Whether the release with this content is known to be the one of `releaseId`. */
  readonly isTaken: boolean;
  /** The refusals that there were before it. */
  readonly earlier: ReadonlySet<string>;
};

/** An event is taken in within seconds. EventBridge tries for a day, but by then nobody waits at a prompt. */
export const UNHEARD_MS = 15 * 60_000;

/**
 * What there is before a release is requested. An id that is another release's is refused: the outcome of that one would be
 * taken for the outcome of this one.
 */
export const beforehand = async (
  connection: Connection,
  manifest: unknown,
  { releaseId, known }: { readonly releaseId: string; readonly known: string | undefined },
): Promise<Submission> => {
  if (known !== undefined) return taken(known, manifest);
  if ((await readIfThere(connection, ['releases', releaseId])) !== undefined) {
    const problem = `${releaseId} is the id of another release`;
    throw new Refusal('ReleaseIdTaken', `${problem}, and nothing was sent`, [{ field: 'release_id', problem }]);
  }
  const earlier = await refusalsOf(connection, releaseId);
  return { releaseId, manifest, isTaken: false, earlier: new Set(earlier.map(({ refusal_id: id }) => id)) };
};

/** A release that has this content already, so that nothing about it can be mistaken. */
export const taken = (releaseId: string, manifest: unknown): Submission => ({
  ...{ releaseId, manifest },
  ...{ isTaken: true, earlier: new Set() },
});

type Following = {
  /** Called once, if the content turns out to be another release's. */
  readonly onOther: (releaseId: string) => void;
  readonly now?: () => number;
};

/**
 * Answers, each time it is called, what was requested by now: the release that has the content, a refusal of this very
 * manifest, or neither yet. The id alone says nothing: others may have sent another manifest under it at the same time, or
 * this content under another id, of which no refusal is made.
 */
export const followSent = (
  connection: Connection,
  { releaseId, manifest, isTaken, earlier }: Submission,
  { onOther, now = () => performance.now() }: Following,
): (() => Promise<Subject>) => {
  const end = now() + UNHEARD_MS;
  let followed = isTaken ? releaseId : undefined;
  return async () => {
    if (followed === undefined) {
      // Kept from then on: content whose release was rejected is no longer known as this one's.
      followed = await askKnown(manifest, connection);
      if (followed !== undefined && followed !== releaseId) onOther(followed);
    }
    const release = followed === undefined ? undefined : await readIfThere(connection, ['releases', followed]);
    if (release !== undefined) return { kind: 'release', answer: release };
    const refusals = (await refusalsOf(connection, releaseId)).filter((refusal) => isOf(refusal, manifest, earlier));
    if (refusals.length > 0) return { kind: 'refused', answer: { refusals } };
    return { kind: now() < end ? 'sent' : 'unheard', answer: { release_id: releaseId } };
  };
};

type ShownRefusal = Refusals['refusals'][number];

const refusalsOf = async (connection: Connection, releaseId: string): Promise<readonly ShownRefusal[]> =>
  Refusals.parse((await readIfThere(connection, ['refusals', releaseId])) ?? { refusals: [] }).refusals;

/** The same manifest, refused again for the same, makes no second refusal. Of too many faults only a part is there to hash. */
const isOf = (refusal: ShownRefusal, manifest: unknown, earlier: ReadonlySet<string>): boolean =>
  refusalIdOf(refusal, manifest) === refusal.refusal_id ||
  (isFaultListCut(refusal.faults) && !earlier.has(refusal.refusal_id));
