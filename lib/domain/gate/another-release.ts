/** How another release comes about where this one cannot be helped, and by what it is known that it cannot. */
import type { ForceFacts } from '../approval/in-force.ts';
import { barringDeniers } from '../approval/named-deniers.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { ownerProblem } from '../records/endpoint.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import { endpointProblem, isServing } from '../records/pointer.ts';
import { versionProblem } from '../records/served-versions.ts';
import { waitsInVain } from '../release/former-version.ts';
import { BEFORE_PROMOTION } from '../release/lifecycle.ts';
import { DENIED } from '../release/outcome.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import { endpointNameOf, givenByPeople } from '../release/release.ts';
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

export const LOOK = 'Whoever runs Assay looks at it: docs/runbook.md.';

/** Whether people can still decide about it. */
export const isAsked = ({ release, request, now }: RemedyFacts): boolean =>
  release.state === 'validated' && (request === undefined || (request.status === 'pending' && now < request.expiresAt));

/** Whether its version is used up, for it or for others. */
export const isLater = ({ release, served }: RemedyFacts): boolean =>
  wasPromoted(release) || versionProblem(served, release) !== undefined;

/** How another release comes about. The intake takes the same content again only once this release has ended. */
export const another = (facts: RemedyFacts): string => {
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
export const isBarred = ({ release, policy, former }: RemedyFacts): boolean =>
  policy !== undefined && barringDeniers({ release, policy, former }).length > 0;

export const mayHaveEndpoint = ({ release, endpoint }: RemedyFacts): boolean =>
  ownerProblem(endpoint, { modelName: release.modelName, endpointName: endpointNameOf(release) }) === undefined;
