/** What the console needs of the world. */
import type { ParkedPlace } from '../../lib/adapters/dynamodb-parked.ts';
import type { WaitingPage } from '../../lib/adapters/dynamodb-waiting.ts';
import type { AsksQuestions } from '../../lib/adapters/lambda-questions.ts';
import type { AttestationReport } from '../../lib/domain/attestation/verify-attestation.ts';
import type { PageAsked, PageOf } from '../../lib/domain/change/page.ts';
import type { ParkedIntent } from '../../lib/domain/change/redrive.ts';
import type { Instant, ModelName, RiskTier } from '../../lib/domain/identifiers.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { LogState } from '../../lib/domain/ledger/extend-log.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import type { ActiveFreeze } from '../../lib/domain/policy/active-freezes.ts';
import type { Policies } from '../../lib/domain/policy/scoped-policies.ts';
import type { Attestation } from '../../lib/domain/records/attestation.ts';
import type { CheckRecord } from '../../lib/domain/records/check-record.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { StoreOf } from '../../lib/rights/within-rights.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';
import type { RowsWorld } from './rows.ts';

/** An alarm of CloudWatch that is on. */
export type AlarmOn = { readonly name: string; readonly since: Instant; readonly why: string };

export type ConsoleWorld = RowsWorld & {
  readonly store: StoreOf<'ServeConsole'>;
  readonly fleet: {
    /** What metrics say; undefined before the first look. */
    readonly lastLook: () => Promise<Look | undefined>;
    /** A page of the releases that wait: for people, or for their promotion. The longest first. */
    readonly waiting: (state: 'validated' | 'approved', after?: string) => Promise<WaitingPage>;
    readonly log: () => Promise<LogState | undefined>;
    /** The latest events of a chain, the newest first. */
    readonly latestEvents: (model: string, most: number) => Promise<readonly SealedEvent[]>;
    /** Where these events of a chain are in the log, by their numbers; those that are not there yet are left out. */
    readonly logIndexes: (model: string, seqs: readonly number[]) => Promise<ReadonlyMap<number, number>>;
    /** A page of the side effects that failed for good. */
    readonly parkedPage: (page: PageAsked<ParkedPlace>) => Promise<PageOf<ParkedIntent, ParkedPlace>>;
    /** Those that roll back, of this environment. */
    readonly alarmsOn: () => Promise<readonly AlarmOn[]>;
  };
  readonly findFreezes: (
    about: { readonly modelName: ModelName; readonly riskTier: RiskTier },
    now: Instant,
  ) => Promise<readonly ActiveFreeze[]>;
  /** The name of the deployment, such as `prod` or `staging`. */
  readonly environment: string;
  readonly policies: () => Promise<Policies>;
  /** The questions of auditors, as somebody whose token is verified. */
  readonly questions: AsksQuestions;
  /** Why the governance record of a release does not hold; nothing if it does, or if there is none. */
  readonly recordProblems: (release: Release) => Promise<readonly string[]>;
  /** What an attestation of a release says, and why it does not hold; judged with all checks of the release in the table. */
  readonly attestationReport: (
    release: Release,
    kept: Attestation,
    checks: readonly CheckRecord[],
  ) => Promise<AttestationReport>;
  readonly readKept: ReadKept;
  /** Who answers for the model, as the card of a release names them; empty if it names nobody. */
  readonly ownerOf: (release: Pick<Release, 'pinned'>) => Promise<string>;
  /** What a program needs to sign somebody in, and to know which of their tokens the API takes. */
  readonly client: {
    readonly issuer: string;
    readonly configuration: string;
    readonly clientId: string;
    readonly scope: string;
    readonly audience: string;
  };
  /** Called whenever the answer is not the page asked for: refused or hindered (`status` below 500), or a fault. */
  readonly onError?: (error: Error, status: number) => void;
};
