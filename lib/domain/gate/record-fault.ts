/** What goes on record of an execution that broke: once, however often it is told. */

import type { Change, Write } from '../change/change.ts';
import { failureNotices, noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import type { Fault } from '../records/fault.ts';
import { endpointNameOf, type Release, transition } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { withReasons } from './promotion.ts';
import { ownsPromotion } from './start-promotion.ts';

/** `first`: a step failed. `again`: another one did, on the way to restore the endpoint. `stopped`: it ended, and no step of it said so. */
type How = 'first' | 'again' | 'stopped';

type Broke = {
  /** The attempt of the execution; undefined for the machine that leads to the approval. */
  readonly attempt: number | undefined;
  readonly how: How;
  readonly error: string;
  /** `restore`: the endpoint is restored next, which says then what serves. */
  readonly next: 'restore' | 'recorded';
  readonly now: Instant;
};

/**
 * Records that an execution broke, unless that is on record. Of one that no longer acts for the release, because another one does, the
 * release is unchanged.
 */
export const recordFaultOnce = async (
  release: Release,
  broke: Broke,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Change | undefined> => {
  const known = await store.get('fault', release.releaseId, attemptIn(broke), broke.how);
  if (known !== undefined) return undefined;
  return ownsPromotion(release, broke.attempt) ? recordFault(release, broke) : recordFaultAside(release, broke);
};

const attemptIn = ({ attempt = 0 }: Pick<Broke, 'attempt'>): string => String(attempt);

/**
 * Records that the machine broke. A release that is not approved yet cannot go on and is rejected; any other keeps its
 * state, and why its deployment had failed before.
 */
export const recordFault = (release: Release, broke: Broke): Change => {
  const { error, next, now } = broke;
  const before = release.endpointConfigName === undefined ? [] : release.reasons.filter(({ rule }) => rule !== FAULT);
  const reasons = [...before, { rule: FAULT, evidence: '', explanation: faultInWords(broke) }];
  const isOpen = release.state === 'draft' || release.state === 'validated';
  const after = isOpen ? transition(release, 'rejected', now, { reasons }) : withReasons(release, reasons, now);
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'release_faulted',
      idempotency_key: `${release.releaseId}:fault:${release.version}`,
      reason: cut(error, 256),
      details: lastOrdered(release),
    }),
    writes: [{ kind: 'replace', entity: after }, noted(release, broke)],
    intents: [
      syncOf(release),
      published('Release Faulted', after),
      ...(isOpen ? [noticeOf('rejected', after)] : []),
      ...(next === 'recorded' ? failureNotices(after) : []),
    ],
  };
};

/** The rule of the reason that a release keeps if its machine broke. */
const FAULT = 'fault';

const faultInWords = ({ error, how }: Broke): string =>
  how === 'stopped'
    ? cut(error, 256)
    : `the machine stopped on ${cut(error, 256)}${how === 'again' ? ', when it was to restore the endpoint' : ''}`;

/** What the endpoint may serve still, if it is not restored. */
const lastOrdered = (release: Release) =>
  release.endpointConfigName === undefined
    ? {}
    : { endpoint: endpointNameOf(release), endpoint_config: release.endpointConfigName };

const recordFaultAside = (release: Release, broke: Broke): Change => ({
  model: release.modelName,
  event: releaseEvent(release, ASSAY, {
    event_type: 'release_faulted',
    idempotency_key: `${release.releaseId}:fault:${attemptIn(broke)}:${broke.how}:aside`,
    reason: cut(broke.error, 256),
  }),
  writes: [{ kind: 'expect', entity: release }, noted(release, broke)],
  intents: [],
});

const noted = ({ releaseId, modelName }: Release, broke: Broke): Write => {
  const entity: Fault = {
    ...{ entity: 'fault', version: 0, modelName, releaseId },
    ...{ attempt: attemptIn(broke), how: broke.how, recordedAt: broke.now },
  };
  return { kind: 'create', entity };
};
