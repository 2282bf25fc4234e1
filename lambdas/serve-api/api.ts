import type { ParkedPlace } from '../../lib/adapters/dynamodb-parked.ts';
import type { AskForRenewal } from '../../lib/adapters/lambda-renewal.ts';
import type { SigningKeyIds } from '../../lib/domain/attestation/key-rotation.ts';
import type { KeptOnces } from '../../lib/domain/change/once.ts';
import type { PageAsked, PageOf } from '../../lib/domain/change/page.ts';
import type { ParkedIntent } from '../../lib/domain/change/redrive.ts';
import type { ReverificationClaim } from '../../lib/domain/gate/reverify.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { IntakeWorld } from '../../lib/domain/intake/request-release.ts';
import type { LogState } from '../../lib/domain/ledger/extend-log.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import type { ActiveFreeze } from '../../lib/domain/policy/active-freezes.ts';
import type { BreakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { EndpointShape } from '../../lib/domain/serving/endpoint-shape.ts';
import type { StoreOf } from '../../lib/rights/within-rights.ts';
import type { Caller } from '../../lib/runtime/api-door/caller.ts';
import type { NoteRead } from '../../lib/runtime/note-reads.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';

export type Api = {
  readonly store: StoreOf<'ServeApi'>;
  readonly world: () => Promise<IntakeWorld>;
  /** Who is who. Orders need nothing else that is deployed, so that a rollback does not wait for a policy. */
  readonly directory: () => Promise<DirectoryRecord>;
  readonly now: () => Instant;
  /** The windows that are on for a release in which nothing is promoted. */
  readonly findFreezes: (release: Release, now: Instant) => Promise<readonly ActiveFreeze[]>;
  /** What the deployed policy says of break-glass, and the environment that is deployed. */
  readonly breakGlassRule: () => Promise<{ readonly rule: BreakGlassRule; readonly environment: string }>;
  /** The side effects that wait for a person. */
  readonly parked: () => Promise<readonly ParkedIntent[]>;
  /** Those of one row. */
  readonly parkedAt: (rowId: string) => Promise<readonly ParkedIntent[]>;
  /** A page of them, in the order of their rows. */
  readonly parkedPage: (page: PageAsked<ParkedPlace>) => Promise<PageOf<ParkedIntent, ParkedPlace>>;
  readonly readKept: ReadKept;
  /** An endpoint with what it serves, as it is in SageMaker; undefined if there is none of this name. */
  readonly findShape: (endpointName: string) => Promise<EndpointShape | undefined>;
  /** Where the objects of a release may lie. */
  readonly modelBuckets: () => Promise<readonly string[]>;
  /** What metrics say; undefined before the first look. */
  readonly lastLook: () => Promise<Look | undefined>;
  /** The state of the log of all events; undefined before its first entry. */
  readonly readLog: () => Promise<LogState | undefined>;
  /** Has a check made again on a release, by the code of today: what it says is on record a moment later. */
  readonly orderReverification: (claim: ReverificationClaim) => Promise<void>;
  /** Has an approval renewed, or looks whether it may be. */
  readonly renewal: AskForRenewal;
  /** Who reads what is on record. */
  readonly noteRead: NoteRead;
  /** The requests that are known by their keys. */
  readonly onces: KeptOnces;
  /** What describes the routes of the API, in OpenAPI. */
  readonly document: () => Promise<string>;
  /** The keys that sign now. */
  readonly keys: SigningKeyIds;
};
export type Variables = { Variables: { caller: Caller } };
