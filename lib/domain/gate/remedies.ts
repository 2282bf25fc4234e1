/**
 * What people do about the reasons for which a release does not go to production: `assay gate`, `assay status` and the refusal of
 * a promotion say it in these words. What helps depends on the state of the release: no order that is named here is refused in it.
 */
import type { ForceFacts } from '../approval/in-force.ts';
import { barringDeniers } from '../approval/named-deniers.ts';
import { breakGlassRule } from '../policy/break-glass.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import { breakGlassStatus, isOwed } from '../records/break-glass.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { ownerProblem } from '../records/endpoint.ts';
import { isStuck } from '../records/endpoint-move.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import { ALL_MODELS, isStopped } from '../records/line.ts';
import { endpointProblem, isServing } from '../records/pointer.ts';
import { hasExecution, NOTHING } from '../records/rollback.ts';
import { versionProblem } from '../records/served-versions.ts';
import { CONDITION_OVERDUE, isSuspending, REJECTED_BY_HAND, REVERIFICATION_FAILED } from '../records/suspension.ts';
import { waitsInVain } from '../release/former-version.ts';
import { BEFORE_PROMOTION, ReleaseState } from '../release/lifecycle.ts';
import { DENIED } from '../release/outcome.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import { endpointNameOf, givenByPeople, type Reason } from '../release/release.ts';
import { BREAK_GLASS, closedBecause, UNDOCUMENTED } from './break-glass.ts';
import { checkBehind } from './check-reasons.ts';
import { FREEZE } from './freeze-reasons.ts';
import { mendingOf } from './mending.ts';
import type { ObstacleFacts } from './obstacles.ts';
import { wasPromoted } from './start-promotion.ts';

/** What a remedy depends on besides its reason. Who judges by obstacles alone has no checks, and maybe not the request. */
export type RemedyFacts = ObstacleFacts &
  ForceFacts & {
    /** How the release itself ended, whatever its row says. */
    readonly ended?: FormerDecision | undefined;
    readonly checks?: readonly Pick<CheckRecord, 'name' | 'status'>[];
    readonly request?: Pick<ApprovalRequest, 'status' | 'expiresAt' | 'requiredPeople'> | undefined;
  };

type Given = Pick<Reason, 'rule' | 'explanation'>;

/** What is said where there is no release at all. */
export const REQUEST_IT = 'Request the release: assay submit MANIFEST.';

/** What to do about these reasons, in this order, each once. The last may be what follows when the others are done. */
export const remediesOf = (reasons: readonly Given[], facts: RemedyFacts): string[] => {
  const { release, checks = [] } = facts;
  // What becomes of such a release, only the version that made it knows.
  if (reasons.length === 0 || !ReleaseState.safeParse(release.state).success) return [];
  if (hasEnded(facts)) {
    const mending = release.state === 'rejected' ? release.reasons.map((one) => mendingOf(one, checks)) : [];
    return unique([...mending, another(facts)]);
  }
  const steps = stepsOf(reasons, facts);
  const isFinal = steps.includes(ANOTHER);
  const said = steps.filter((step) => !(isFinal && step === WAIT_FOR_PEOPLE));
  return unique([
    ...said.map((step) => (step === ANOTHER ? another(facts) : step)),
    ...(isFinal || steps.includes(LOOK) || release.state !== 'approved' ? [] : promotingAgain(reasons, facts)),
  ]);
};

/** Whether these reasons keep a release out of production for good, so that only another one helps. */
export const needAnother = (reasons: readonly Given[], facts: RemedyFacts): boolean =>
  stepsOf(reasons, facts).includes(ANOTHER);

const unique = (said: readonly string[]): string[] => [...new Set(said)].filter((one) => one !== '');

/** It is not in production, and nothing leads it there. */
const hasEnded = ({ release, pointer }: RemedyFacts): boolean =>
  !BEFORE_PROMOTION.includes(release.state) &&
  !(release.state === 'production' && pointer?.releaseId === release.releaseId);

/** Stands for another release: how that comes about depends on the state of this one. */
const ANOTHER = 'another release';
const WAIT_FOR_PEOPLE = 'Wait for the people who are asked: assay approvals list.';
const LOOK = 'Whoever runs Assay looks at it: docs/runbook.md.';

/** What no rule has an answer for is part of the release, and needs another one. */
const stepsOf = (reasons: readonly Given[], facts: RemedyFacts): string[] =>
  reasons.flatMap((reason) =>
    checkBehind(reason, facts.checks ?? []) === undefined
      ? (STEPS.get(reason.rule)?.(facts) ?? [ANOTHER])
      : [mendingOf(reason, facts.checks ?? []), ANOTHER],
  );

const waitForPeople = (facts: RemedyFacts): string[] => [isAsked(facts) ? WAIT_FOR_PEOPLE : ANOTHER];

/** Whether people can still decide about it. */
const isAsked = ({ release, request, now }: RemedyFacts): boolean =>
  release.state === 'validated' && (request === undefined || (request.status === 'pending' && now < request.expiresAt));

/** By the rule of the reason. */
const STEPS = new Map<string, (facts: RemedyFacts) => string[]>(
  Object.entries({
    state: waitForPeople,
    approval_request: waitForPeople,
    quorum: waitForPeople,
    after_denial: (facts: RemedyFacts) =>
      facts.request?.requiredPeople === undefined || isBarred(facts) ? [ANOTHER] : waitForPeople(facts),
    policy: () => ['Deploy the version of Assay again that knows this policy.'],
    artifact_sha256: (facts: RemedyFacts) => [
      `These are not the bytes of this release. To deploy them, request ${isLater(facts) ? 'a later version' : 'a release'} with them, and with a model package of its own: assay submit MANIFEST.`,
    ],
    artifact_version: () => [
      'Delete the newer versions of the object in S3, so that the approved one is the newest again.',
    ],
    artifact_unread: () => [
      'See that the object is there, and that Assay may read it: its bucket, its policy, its key.',
    ],
    locked_copy: () => [
      'See that the locked copy is there, and that Assay may read it: its bucket, its policy, its key.',
    ],
    model_package: () => [
      'Undo what was changed in the model package by hand. Where that cannot be, it needs another release with a package of its own.',
    ],
    endpoint: (facts: RemedyFacts) => {
      const { modelName } = facts.release;
      const endpointName = endpointNameOf(facts.release);
      if (!isServing(facts.pointer) || !mayHaveEndpoint(facts)) return [ANOTHER];
      return [
        `Move the model there: assay endpoints move ${modelName} ${endpointName}. Otherwise it needs another release that names ${facts.pointer.endpointName}.`,
      ];
    },
    rollback: ({ rollback, release: { modelName }, now }: RemedyFacts) => [
      hasExecution(rollback, now)
        ? 'Wait until the rollback has ended, and ask then what is left to do: if it succeeds, the model is held.'
        : `The rollback has been silent for hours. Ask for it again: assay rollback ${modelName}${rollback?.toReleaseId === NOTHING ? ' --to-nothing' : ''}.`,
    ],
    move: ({ move, pointer, now }: RemedyFacts) => {
      const again = `ask for it again: assay endpoints move ${move?.modelName} ${move?.toEndpointName}.`;
      if (move === undefined || !isStuck(move, now))
        return [`Wait until the move has ended. If that is silent for three hours, ${again}`];
      return [isServing(pointer) ? `Nobody works on the move any more: ${again}` : LOOK];
    },
    approval_suspended: ({ release: { releaseId }, suspensions }: RemedyFacts) => {
      const kinds = suspensions.filter(isSuspending).map(({ kind }) => kind);
      return (kinds.length === 0 ? [CONDITION_OVERDUE] : kinds).map(
        (kind) => SUSPENSIONS.get(kind)?.(releaseId) ?? LOOK,
      );
    },
    canary: () => [
      'Whoever runs Assay mends the check, and makes it again once its canary holds: assay canaries, assay reverify.',
    ],
    hold: ({ release: { modelName } }: RemedyFacts) => [
      `Operators, but not the one who asked for the rollback, release the hold when its incident is dealt with: assay holds release ${modelName}.`,
    ],
    line: ({ wholeLine, ownLine }: RemedyFacts) =>
      [wholeLine, ownLine].filter(isStopped).map(({ scope }) => {
        const whose = scope === ALL_MODELS ? '' : ` --model ${scope}`;
        return `An operator lifts what the line was stopped for: assay line start${whose}.`;
      }),
    [FREEZE]: () => ['Wait until the window ends.'],
    [BREAK_GLASS]: () => [],
    [UNDOCUMENTED]: ({ breakGlass: row, release, now }: RemedyFacts) => {
      const isOnItsWay = row?.releaseId === release.releaseId && isPromoting(release, now);
      return [
        `${isOnItsWay ? 'When its attempt has ended, say' : 'Say'} what was done by the break-glass: assay break-glass document ${row?.releaseId}.`,
      ];
    },
  }),
);

const SUSPENSIONS = new Map<string, (releaseId: string) => string>([
  [
    CONDITION_OVERDUE,
    (id) =>
      `Whoever owns the condition, or asked for it, says that it is met: assay conditions list, assay conditions meet ${id}.`,
  ],
  [
    REJECTED_BY_HAND,
    (id) => `An operator who did not make it settles what was done to the model package: assay packages settle ${id}.`,
  ],
  [REVERIFICATION_FAILED, () => 'Mend the check that fails now, and have it made again: assay reverify.'],
]);

/** Whether its version is used up, for it or for others. */
const isLater = ({ release, served }: RemedyFacts): boolean =>
  wasPromoted(release) || versionProblem(served, release) !== undefined;

/** How another release comes about. The intake takes the same content again only once this release has ended. */
const another = (facts: RemedyFacts): string => {
  const { release, pointer, now } = facts;
  const { releaseId, state } = release;
  const isThere = isServing(pointer) && pointer.endpointName === endpointNameOf(release);
  if (isThere && !mayHaveEndpoint(facts)) return LOOK;
  const isOther = isLater(facts) || isBarred(facts);
  const request = [
    isOther
      ? 'request a later version of the model, with a model package of its own: assay submit MANIFEST.'
      : 'request it again under another release_id: assay submit MANIFEST.',
    ...demandsOf(facts, isOther),
  ].join(' ');
  if (isOther || !BEFORE_PROMOTION.includes(state) || waitsInVain(release))
    return request.replace('request', 'Request');
  if (state === 'draft') return 'Wait until Assay has looked at all of it: assay status.';
  if (state === 'validated' && !isAsked(facts)) return `It ends by itself. Then ${request}`;
  const when = isPromoting(release, now) ? 'when the attempt at its promotion has ended' : 'first';
  return `Whoever requested it, or an operator, withdraws it ${when}: assay approvals withdraw ${releaseId}. Then ${request}`;
};

/** What the intake asks of the next release that it did not ask of this one. */
const demandsOf = (facts: RemedyFacts, isOther: boolean): string[] => {
  const { release, pointer, former, ended } = facts;
  const denials = [...former, ...(ended === undefined ? [] : [ended])].filter(isDenial);
  const ofBytes = givenByPeople(release, DENIED) !== undefined || denials.some(({ isOfContent }) => isOfContent);
  const endpointName = endpointNameOf(release);
  return [
    ...(isBarred(facts) ? ['It has other bytes: one of its makers has denied these.'] : []),
    ...(isOther && ofBytes && !isBarred(facts) ? ['With the same bytes, say in denial_answer what has changed.'] : []),
    ...(!isOther && (ofBytes || denials.length > 0) ? ['Say in denial_answer what has changed since the denial.'] : []),
    ...(endpointProblem(pointer, endpointName) === undefined
      ? []
      : [`It names the endpoint ${pointer?.endpointName}.`]),
    ...(isServing(pointer) || mayHaveEndpoint(facts) ? [] : [`It names another endpoint than ${endpointName}.`]),
  ];
};

/** Whether no person who may approve these bytes ever will. */
const isBarred = ({ release, policy, former }: RemedyFacts): boolean =>
  policy !== undefined && barringDeniers({ release, policy, former }).length > 0;

const mayHaveEndpoint = ({ release, endpoint }: RemedyFacts): boolean =>
  ownerProblem(endpoint, { modelName: release.modelName, endpointName: endpointNameOf(release) }) === undefined;

/** Nothing begins again by itself, but what waits for the end of a window. */
const promotingAgain = (reasons: readonly Given[], facts: RemedyFacts): string[] => {
  const { releaseId } = facts.release;
  if (reasons.every(({ rule }) => rule === 'artifact_sha256')) return [];
  return [
    `Then, unless it goes on by itself, an operator who neither made nor approved it asks for the promotion: assay promote ${releaseId}.`,
    ...(reasons.every(({ rule }) => STOPS.includes(rule)) ? pastStops(facts) : []),
  ];
};

/** All that a break-glass opens, and why it does not. */
const STOPS: readonly string[] = ['line', FREEZE, BREAK_GLASS];

const pastStops = ({ release, breakGlass: row, policy, now }: RemedyFacts): string[] => {
  const { releaseId } = release;
  if (policy !== undefined && breakGlassRule(policy).openHours === 0) return [];
  const ask = `two people let it past: assay break-glass request ${releaseId}, assay break-glass confirm ${releaseId}, assay promote ${releaseId}.`;
  const status = row && breakGlassStatus(row, now);
  if (row === undefined) return [`If it cannot wait, ${ask}`];
  const isOwn = row.releaseId === releaseId && row.endpointName === endpointNameOf(release);
  if (status === 'requested' && isOwn)
    return [
      `If it cannot wait, another person confirms the break-glass: assay break-glass confirm ${releaseId}, assay promote ${releaseId}.`,
    ];
  if (closedBecause(row, { release, now }, 'order').length === 0)
    return [`If it cannot wait, an operator orders it by the break-glass that is open: assay promote ${releaseId}.`];
  const end = status === 'requested' || status === 'open' ? [`assay break-glass end ${row.releaseId}`] : [];
  const document = isOwed(row) ? [`assay break-glass document ${row.releaseId}`] : [];
  const first = [...end, ...document];
  return [
    first.length === 0 ? `If it cannot wait, ${ask}` : `If it cannot wait, first ${first.join(', ')}; then ${ask}`,
  ];
};
