import { allEventsOf } from '../change/page.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { type DirectoryRecord, findPerson, findReachable } from '../policy/directory-record.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';

type Dropped = {
  readonly releaseId: string;
  readonly personId: string;
  /** `request`, or the outcome that they were to hear of. */
  readonly about: string;
};

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'eventsOf' | 'commit'>;
  readonly directory: DirectoryRecord;
  readonly now: () => Instant;
};

/**
 * Afterwards it is on record, once, that somebody is not told about a release any more, because they were forgotten or have left
 * the directory. Ids are all that it says of them. Nothing is recorded of a person who can be reached.
 */
export const recordDroppedMail = async (
  { releaseId, personId, about }: Dropped,
  { store, directory, now }: World,
): Promise<void> => {
  if (findReachable(directory, personId) !== undefined) return;
  const because = findPerson(directory, personId) === undefined ? 'left' : 'forgotten';
  const key = `${releaseId}:mail_dropped:${about}:${personId}`;
  await untilCommitted(async () => {
    const release = await requireFound(store.get('release', releaseId), releaseId);
    // The row of the mail is noted as done after this: if we crash between, it is carried out again.
    const told = await allEventsOf(store, release);
    if (told.some(({ event }) => event.idempotency_key === key)) return;
    await store.commit(
      {
        model: release.modelName,
        event: releaseEvent(release, ASSAY, {
          event_type: 'mail_dropped',
          idempotency_key: key,
          details: { about, people: [personId], because },
        }),
        writes: [{ kind: 'expect', entity: release }],
        intents: [],
      },
      now(),
    );
  });
};
