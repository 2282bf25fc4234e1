import * as z from 'zod';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import type { Identity } from '../policy/identities.ts';
import { defineKind } from '../record-kind.ts';
import type { Violation } from '../refusal.ts';
import type { Actor } from '../release/release-event.ts';
import { stored } from '../stored.ts';

/** Maps a content digest to the one release that has this content. */
export const Content = stored({
  entity: z.literal('content'),
  version: z.int().min(0),
  contentSha256: Sha256,
  releaseId: ReleaseId,
  /** Of all that the intake said about the release. Absent if an earlier version took it in. */
  takenInSha256: Sha256.optional(),
});
export type Content = z.infer<typeof Content>;
export const contentKind = defineKind(Content, { partition: 'CONTENT', of: ['contentSha256'], sort: 'META' });

/** A claim that was refused on arrival. It is kept with every fault, so that no submission disappears. */
export const IntakeRefusal = stored({
  entity: z.literal('refusal'),
  version: z.int().min(0),
  refusalId: Sha256,
  code: z.string(),
  message: z.string(),
  faults: z.array(stored({ field: z.string(), problem: z.string() })),
  claimedReleaseId: z.string(),
  claimedModelName: z.string(),
  door: z.string(),
  receivedAt: Instant,
});
export type IntakeRefusal = z.infer<typeof IntakeRefusal>;
export const refusalKind = defineKind(IntakeRefusal, { partition: 'REFUSAL', of: ['refusalId'], sort: 'META' });

/** Who sends a claim, as the door knows them. */
export type Submitter = Pick<Actor, 'role' | 'auth'> & {
  /** What the name is to the door: the subject of a token, the source of an event, the maker of a package. */
  readonly field: string;
  readonly name: string;
  /** Undefined if it is nobody's name. */
  readonly identity: Identity | undefined;
};

/** A request for a release, as it arrived through one of the doors. */
export type ReleaseClaim = {
  readonly manifest: unknown;
  /** Which door: `event_bus`, `http_api` or `model_registry`. */
  readonly door: string;
  readonly submitter: Submitter;
  /** What the door itself found wrong. One violation is enough to refuse the claim. */
  readonly violations?: readonly Violation[];
};
