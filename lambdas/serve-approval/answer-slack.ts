/** What comes in by Slack: shows the form of a decision to the one person whose it is, and takes what they send. */

import type { SlackRequest } from '../../lib/adapters/slack-requests.ts';
import type { SlackViews } from '../../lib/adapters/slack-views.ts';
import { assertTurn } from '../../lib/domain/approval/assert-turn.ts';
import { checklistOf } from '../../lib/domain/approval/checklist-of.ts';
import { decisionVerb } from '../../lib/domain/approval/decision-answer.ts';
import { assertMayDecide } from '../../lib/domain/approval/eligibility.ts';
import { DIGEST_PREFIX_LENGTH, type LinkPayload, payloadOf } from '../../lib/domain/approval/link.ts';
import { type ApprovalCase, readAsked, readCase } from '../../lib/domain/approval/read-case.ts';
import { mayDecideAgain, mayDenyAfterAll, secondDecision } from '../../lib/domain/approval/second-decision.ts';
import { findSignedDecisions } from '../../lib/domain/approval/signed-decisions.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import {
  type DirectoryRecord,
  findBySlack,
  findPerson,
  type PersonRecord,
} from '../../lib/domain/policy/directory-record.ts';
import type { Invitation } from '../../lib/domain/records/approval.ts';
import { Conflict, Refusal } from '../../lib/domain/refusal.ts';
import { assertOfThisVersion } from '../../lib/domain/release/former-version.ts';
import { hindranceOf, type Problem, problemOf } from '../../lib/web/parts/problem-page.ts';
import { instantInWords, oneLine } from '../../lib/web/parts/wording.ts';
import type { SlackView } from '../../lib/web/slack/blocks.ts';
import { decisionModal, fitsModal, problemView, toldView } from '../../lib/web/slack/decision-modal.ts';
import { type Interaction, type Place, readInteraction, viewOfPress } from '../../lib/web/slack/interaction.ts';
import type { ApprovalWorld } from './world.ts';

export type SlackWorld = Pick<ApprovalWorld, 'store' | 'directory' | 'signer' | 'now' | 'noteRead' | 'onError'> & {
  /** Asked here again: whoever may invoke this Lambda cannot say who decides, but only Slack. */
  readonly isOfSlack: (request: SlackRequest) => Promise<boolean>;
  readonly updateView: SlackViews['updateView'];
};

/**
 * Answers one request of Slack, and may do so again: a decision is recorded once. Throws only what another try may mend,
 * and a signature that does not hold.
 */
export const answerSlack = async (request: SlackRequest, world: SlackWorld): Promise<void> => {
  if (!(await world.isOfSlack(request))) throw new Refusal('LinkInvalid', 'Slack did not sign this request lately');
  const interaction = readInteraction(request.body);
  if (interaction.kind === 'pressed') {
    const external_id = viewOfPress(interaction.triggerId);
    const view = await orWhyNot(world, () => formFor(interaction, world));
    await world.updateView({ external_id }, { ...view, external_id });
  } else if (interaction.kind === 'sent') {
    const requestedAt = Instant.parse(new Date(Number(request.timestamp) * 1000).toISOString());
    const view = await orWhyNot(world, () => decide(interaction, requestedAt, world));
    await world.updateView({ view_id: interaction.viewId }, view);
  }
};

/** A refusal is an answer. What may pass is thrown, and Lambda tries again. */
const orWhyNot = async (world: SlackWorld, view: () => Promise<SlackView>): Promise<SlackView> => {
  try {
    return await view();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    world.onError?.(error, 403);
    return problemView(inSlack(problemOf(error)));
  }
};

/** The words of the page speak of a link in a mail; here the way to the page is the button of the message. */
const inSlack = (problem: Problem): Problem => ({ ...problem, remedy: `${problem.remedy} ${PAGE}` });
const PAGE = 'The button in the message opens the page with the evidence, where you can decide as well.';

type Pressed = Extract<Interaction, { kind: 'pressed' }>;
type Sent = Extract<Interaction, { kind: 'sent' }>;

type Seat = { readonly person: PersonRecord; readonly invitation: Invitation; readonly payload: LinkPayload };

/**
 * Whose seat it is: that of the person whose account pressed, wherever the message came from. Nothing in the message or the form
 * says who somebody is.
 */
const seatOf = async (
  { account }: Pick<Pressed, 'account'>,
  { request: requestId, role, acting_for: actingFor }: Place,
  { store, directory }: Pick<SlackWorld, 'store'> & { readonly directory: DirectoryRecord },
): Promise<Seat> => {
  const person = findBySlack(directory, account);
  if (person === undefined) {
    throw new Refusal('ApproverNotEligible', 'The approver directory does not know this Slack account', [
      { field: 'approver', problem: `${account.user_id} of workspace ${account.team_id} is nobody's account` },
    ]);
  }
  const { request } = await readAsked(store, requestId);
  const own = request.invitations.filter(({ personId }) => personId === person.id);
  // A message that was for somebody else shows each their own seat.
  const invitation = own.find((one) => one.role === role && one.actingFor === actingFor) ?? own[0];
  if (invitation === undefined) {
    throw new Refusal('ApproverNotEligible', 'You were not asked to decide about this release', [
      { field: 'approver', problem: `${person.id} is not among those who were asked` },
    ]);
  }
  return { person, invitation, payload: payloadOf(request, invitation) };
};

/** The form, or why there is none, as on the page: who has decided sees that, who may not decide sees why. */
const formFor = async ({ decision, message, place, ...pressed }: Pressed, world: SlackWorld): Promise<SlackView> => {
  const directory = await world.directory();
  const { person, invitation, payload } = await seatOf(pressed, place, { store: world.store, directory });
  const facts = await readCase(world.store, directory, place.request);
  assertOfThisVersion(facts.release);
  const decisions = findSignedDecisions(facts.approvals, {
    ...facts,
    decisionKeyPem: await world.signer.publicKeyPem(),
  });
  const mine = facts.approvals.find(({ approverId }) => approverId === person.id);
  if (mine !== undefined) {
    // Throws where the person has decided otherwise, and may not any more.
    const second = secondDecision(mine, unanswered(decision), { ...facts, decisions });
    if (second.kind === 'repeated') return recordedView(facts, mine, false);
  }
  const asked = { ...facts, signed: decisions.signed, payload, now: world.now() };
  assertMayDecide(asked);
  assertTurn({ ...asked, decision });
  const { request, release, policy } = facts;
  const isTakenBack = mine !== undefined && !mayDecideAgain(mine, request, decisions) && mayDenyAfterAll(mine, request);
  const view = decisionModal({
    decision,
    modelName: request.modelName,
    form: {
      approver: person,
      role: payload.o,
      ...actingFor(invitation, directory),
      meaning: policy.approval_meaning,
      modelVersion: request.modelVersion,
      checklist: checklistOf(policy, release, payload.o),
      ...(isTakenBack && { approvedAt: mine.timestamp }),
    },
    metadata: {
      request: place.request,
      role: invitation.role,
      acting_for: invitation.actingFor,
      decision,
      digest: request.evidenceDigest,
      version: request.modelVersion,
      ...message,
    },
  });
  if (!fitsModal(view)) return problemView(TOO_LARGE);
  await world.noteRead(person.id, `SLACK form ${release.releaseId}`);
  return view;
};

/** The name of whom the person stands in for, as the form of the page has it. */
const actingFor = ({ actingFor: holder }: Invitation, directory: DirectoryRecord) =>
  holder === undefined ? {} : { actingFor: findPerson(directory, holder)?.name ?? holder };

const unanswered = (decision: Pressed['decision']) => ({
  decision,
  checklist: new Map(),
  typedConfirmation: '',
  comment: '',
});

const TOO_LARGE: Problem = {
  title: 'This form is larger than Slack can show',
  explanation: 'Nothing was recorded.',
  remedy: PAGE,
};

/** Takes a decision as every door does. Evidence is read on the page only, so nothing was opened here. */
const decide = async (sent: Sent, requestedAt: Instant, world: SlackWorld): Promise<SlackView> => {
  const { metadata, answer, account } = sent;
  const directory = await world.directory();
  const { payload } = await seatOf(sent, metadata, { store: world.store, directory });
  const { channel, ts } = metadata;
  try {
    const { facts, approval, isNew } = await takeDecision(
      {
        // What the person was shown, and not what is stored by now.
        payload: { ...payload, d: metadata.digest.slice(0, DIGEST_PREFIX_LENGTH) },
        answer,
        openings: new Map(),
        authMethod: 'slack',
        bySlack: {
          identity: { ...account, requested_at: requestedAt },
          ...(channel !== undefined && ts !== undefined && { message: { channel, ts } }),
        },
      },
      world,
    );
    return recordedView(facts, approval, isNew);
  } catch (error) {
    if (error instanceof Conflict) return problemView(inSlack(hindranceOf('busy')));
    if (!(error instanceof Refusal) || error.code !== 'DecisionIncomplete') throw error;
    world.onError?.(error, 422);
    return problemView({
      title: 'Your decision does not count: it is not complete',
      explanation: 'Nothing was recorded. This is what is missing, or cannot be answered in Slack:',
      remedy: `Press the button of the message again. ${PAGE}`,
      details: error.violations.map(({ field, problem }) => `${field} ${problem}`),
    });
  }
};

const STILL_OPEN = 'The request is still open: it waits for other people as well.';

const recordedView = (
  { request, directory }: ApprovalCase,
  { approverId, decision, timestamp }: ApprovalCase['approvals'][number],
  isNew: boolean,
): SlackView => {
  const name = oneLine(directory.people.find(({ id }) => id === approverId)?.name ?? approverId);
  const what = oneLine(`${request.modelName} ${request.modelVersion}`);
  return toldView('Recorded', [
    `${name} ${decisionVerb(decision)} ${what} on ${instantInWords(timestamp)}.`,
    isNew ? '' : 'It was on record already: nothing was recorded now.',
    request.status === 'pending' ? STILL_OPEN : `The request is ${request.status} now.`,
    'The button of the message shows what was recorded.',
  ]);
};
