/** The denials of a whole ledger: one may stand on the chain of another model than the release whose bytes it is about. */
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';
import type { Signing } from './signing.ts';

/** A denial of another release, or a request to change it, as an event tells of it. */
export type OtherDenial = {
  readonly releaseId: string;
  readonly outcome: 'denied' | 'changes_requested';
  readonly decidedBy: string;
  /** When the person signed it. */
  readonly decidedAt: Instant;
  /** Whether it was about the very same bytes; otherwise it was about the same version of the model. */
  readonly isOfContent: boolean;
};

/** The answer of a submitter: when it was given, and to the denials of which releases, as far as they fit into its event. */
export type DenialAnswer = { readonly at: Instant; readonly to: ReadonlySet<string> };

/** The answer that the request of a release says it gives; undefined if it gives none. */
export const answerIn = ({ details, timestamp }: AuditEvent): DenialAnswer | undefined => {
  const { denial_answered: isGiven, denied_before: denials = [] } = details;
  if (isGiven !== true) return undefined;
  return { at: timestamp, to: new Set([denials].flat().map((one) => String(Object(one)['release_id']))) };
};

/** An answer is about the denials that were on record when it was given: those that it names, or that came before it. */
export const isAnsweredBy = (answer: DenialAnswer | undefined, { releaseId, decidedAt }: OtherDenial): boolean =>
  answer !== undefined && (answer.to.has(releaseId) || decidedAt < answer.at);

export type Denials = {
  /** The denials of the same bytes, or of the same version of the model, that whoever judged an event must have read. */
  readonly knownTo: (event: AuditEvent) => readonly OtherDenial[];
};

const OUTCOMES: Readonly<Partial<Record<string, OtherDenial['outcome']>>> = {
  approval_denied: 'denied',
  changes_requested: 'changes_requested',
};

type Recorded = Omit<OtherDenial, 'isOfContent'> &
  Pick<AuditEvent, 'model_name' | 'model_version' | 'subject'> & {
    readonly recordedAt: Instant;
  };

/**
 * Reads the denials that people signed, of releases whose request says what the policy asks for after one. Former versions
 * say it nowhere, and some of them did not note a denial where the next release of the same bytes finds it. Without a
 * signature, anybody who commits could lay a denial at the door of a release of another model.
 */
export const denialsIn = (events: readonly AuditEvent[], { signatureOf }: Signing): Denials => {
  const noted = new Set(events.filter(saysRule).map(placeOfRelease));
  const denials = events.flatMap((event): Recorded[] => {
    const outcome = OUTCOMES[event.event_type];
    if (outcome === undefined || !noted.has(placeOfRelease(event))) return [];
    const signature = signatureOf(event);
    if ('problem' in signature) return [];
    const { release_id: releaseId, actor_id: decidedBy, timestamp: recordedAt } = event;
    return [{ ...event, releaseId, outcome, decidedBy, decidedAt: signature.decidedAt, recordedAt }];
  });
  const ofContent = Map.groupBy(denials, contentOf);
  const ofVersion = Map.groupBy(denials, versionOf);
  return {
    knownTo: (event) => {
      const content = contentOf(event);
      const found = new Set([...(ofContent.get(content) ?? []), ...(ofVersion.get(versionOf(event)) ?? [])]);
      return [...found]
        .filter(({ releaseId, recordedAt }) => releaseId !== event.release_id && isKnown(recordedAt, event))
        .map((denial) => ({ ...denial, isOfContent: contentOf(denial) === content }));
    },
  };
};

const saysRule = ({ event_type: type, details }: AuditEvent): boolean =>
  type === 'approval_requested' && details['after_denial'] !== undefined;

const placeOfRelease = ({ model, release_id: releaseId }: AuditEvent): string => `${model} ${releaseId}`;

/**
 * Chains have no common order but that of their clocks: an event that was judged while a denial was appended to another
 * chain did not see it. The log says when events were shipped, which may be late, and in any order.
 */
const isKnown = (recordedAt: Instant, { timestamp }: AuditEvent): boolean =>
  millisecondsOf(recordedAt) + JUDGED_BEFORE_MS <= millisecondsOf(timestamp);

const contentOf = ({ subject }: Pick<AuditEvent, 'subject'>): string => subject.artifact_sha256;

/** As it is spelt: what an earlier version noted under one spelling, it did not find for another one. */
const versionOf = ({ model_name, model_version }: Pick<AuditEvent, 'model_name' | 'model_version'>): string =>
  `${model_name} ${model_version}`;
