/**
 * What people do about the reasons for which a release does not go to production: `assay gate`, `assay status` and the refusal of
 * a promotion say it in these words. What helps depends on the state of the release: no order that is named here is refused in it.
 */
import { isStuck } from '../records/endpoint-move.ts';
import { ALL_MODELS, isStopped } from '../records/line.ts';
import { isServing } from '../records/pointer.ts';
import { hasExecution, NOTHING } from '../records/rollback.ts';
import { CONDITION_OVERDUE, isSuspending, REJECTED_BY_HAND, REVERIFICATION_FAILED } from '../records/suspension.ts';
import { BEFORE_PROMOTION, ReleaseState } from '../release/lifecycle.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import { endpointNameOf, type Reason } from '../release/release.ts';
import { another, isAsked, isBarred, isLater, LOOK, mayHaveEndpoint, type RemedyFacts } from './another-release.ts';
import { BREAK_GLASS, UNDOCUMENTED } from './break-glass.ts';
import { checkBehind } from './check-reasons.ts';
import { FREEZE } from './freeze-reasons.ts';
import { mendingOf } from './mending.ts';
import { pastStops, STOPS } from './past-stops.ts';

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

/** What no rule has an answer for is part of the release, and needs another one. */
const stepsOf = (reasons: readonly Given[], facts: RemedyFacts): string[] =>
  reasons.flatMap((reason) =>
    checkBehind(reason, facts.checks ?? []) === undefined
      ? (STEPS.get(reason.rule)?.(facts) ?? [ANOTHER])
      : [mendingOf(reason, facts.checks ?? []), ANOTHER],
  );

const waitForPeople = (facts: RemedyFacts): string[] => [isAsked(facts) ? WAIT_FOR_PEOPLE : ANOTHER];

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

/** Nothing begins again by itself, but what waits for the end of a window. */
const promotingAgain = (reasons: readonly Given[], facts: RemedyFacts): string[] => {
  const { releaseId } = facts.release;
  if (reasons.every(({ rule }) => rule === 'artifact_sha256')) return [];
  return [
    `Then, unless it goes on by itself, an operator who neither made nor approved it asks for the promotion: assay promote ${releaseId}.`,
    ...(reasons.every(({ rule }) => STOPS.includes(rule)) ? pastStops(facts) : []),
  ];
};
