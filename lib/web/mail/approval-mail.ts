import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { Approval, ApprovalRequest, Invitation } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { FormerDecision } from '../../domain/records/former-decision.ts';
import type { Release } from '../../domain/release/release.ts';
import { servingSha256 } from '../../domain/release/serving-specification.ts';
import { strategyInWords } from '../../domain/release/strategy-in-words.ts';
import { answersInWords, formerInWords, namedInWords } from '../parts/former-in-words.ts';
import { passesInWords } from '../parts/known-in-words.ts';
import { consentInWords, lostInWords, unansweredInWords } from '../parts/override-in-words.ts';
import { forTheStage, stagesInWords } from '../parts/stages-in-words.ts';
import { instantInWords, inZoneAndUtc, oneLine, onTheClock, roleInSentence, unlinked } from '../parts/wording.ts';
import { groupsInWords, type MeasuredGroups } from './groups-in-words.ts';
import { type MailPart, type MailText, mailOf } from './mail-body.ts';

export type ApprovalMailInput = {
  readonly person: PersonRecord;
  readonly invitation: Invitation;
  /** Why the mail is sent once more. */
  readonly again?: 'reminder' | 'resent' | undefined;
  readonly request: ApprovalRequest;
  readonly release: Release;
  readonly checks: readonly CheckRecord[];
  /** Undefined if the requester is not in the directory: then the mail shows the id instead of a name. */
  readonly requester: PersonRecord | undefined;
  /** What is stored under the name of the person already. It does not count, and has to be decided again. */
  readonly unsigned: Pick<Approval, 'timestamp'> | undefined;
  /** What was decided before about this content or version. */
  readonly former: readonly FormerDecision[];
  /** What is no longer asked for if the tier is lowered; undefined if it is not. */
  readonly lowered?: LoweredDemands | undefined;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
  /** What was counted about the groups of the release. */
  readonly groups: MeasuredGroups;
  readonly link: string;
};

type Asked = { readonly subject: string; readonly parts: readonly MailPart[] };

/**
 * The mail that brings one person their one link. It says first what nobody may miss, what is asked, who fares worst, what changes
 * and by when; then the link, and what opening it does and does not do.
 */
export const approvalMail = (input: ApprovalMailInput): MailText =>
  mailOf({ ...approvalAsked(input, 'mail'), name: oneLine(input.person.name) });

/** What a person is asked, in the same words wherever it reaches them. */
export const approvalAsked = (input: ApprovalMailInput, medium: 'mail' | 'message'): Asked => {
  const { person, invitation, request, release, checks, requester, unsigned, former, lowered, names, groups, link } =
    input;
  const what = oneLine(`${request.modelName} ${request.modelVersion}`);
  const role = roleInSentence(invitation.role);
  const holder = invitation.actingFor && oneLine(names.get(invitation.actingFor) ?? invitation.actingFor);
  const standing = holder === undefined ? '' : `, acting for ${holder}`;
  const asker = oneLine(requester?.name ?? request.requestedBy);
  const deadline = inZoneAndUtc(request.expiresAt, person.time_zone);
  const wanted = unsigned === undefined ? WANTED[input.again ?? 'first'] : 'Please decide again';
  return {
    subject: `${wanted}: ${what}, by ${onTheClock(request.expiresAt, person.time_zone)}`,
    parts: [
      ...[...loweredInWords(release, lowered), ...beforeInWords(former, names, release)].map(alert),
      {
        look: 'lead',
        text: `${asker} asks you, as ${role}${forTheStage(request.stages, invitation.role)}${standing}, whether ${what} may go to production.`,
      },
      ...(unsigned === undefined ? [] : [alert(againSentence(unsigned))]),
      {
        look: 'facts',
        facts: [
          ['Decide by', deadline],
          ['Risk tier', tierInWords(release)],
          ...(request.stages === undefined ? [] : [['Stages', stagesInWords(request.stages)] as const]),
        ],
      },
      { look: 'list', items: [...groupsInWords(groups, request.modelName), passesInWords(checks)].filter(Boolean) },
      { look: 'button', text: 'Read the evidence and decide', link },
      { look: 'text', text: HOW_TO_DECIDE[medium] },
      { look: 'text', text: PRIVATE },
      {
        look: 'text',
        text: `If there is no decision by then, ${unansweredInWords(release)}. Waiting, or replying to this ${medium}, never approves anything.`,
      },
      { look: 'facts', facts: technicalFacts(input) },
      { look: 'small', text: whyYou(medium, role, holder) },
    ],
  };
};

const whyYou = (medium: string, role: string, holder: string | undefined): string =>
  holder === undefined
    ? `You received this ${medium} because the approver directory lists you as ${role}.`
    : `You received this ${medium} because the approver directory names you to stand in for ${holder} as ${role}, who is away, has lent the role, cannot be reached, or has not answered in time.`;

const WANTED = {
  first: 'Approval needed',
  reminder: 'Reminder: approval needed',
  resent: 'Sent again: approval needed',
};

const alert = (text: string): MailPart => ({ look: 'alert', text });

const technicalFacts = ({ request, release }: ApprovalMailInput) =>
  [
    ['Release', release.releaseId],
    ['Artifact SHA-256', request.artifactSha256],
    ...servedFacts(release),
    ['Evidence digest', request.evidenceDigest],
  ] as const;

const tierInWords = ({ riskTier, tierOverride }: Release): string =>
  tierOverride === undefined ? riskTier : `${riskTier}, in place of ${tierOverride.computed}`;

const loweredInWords = ({ tierOverride }: Release, lost: LoweredDemands | undefined): string[] => {
  if (tierOverride === undefined) return [];
  const { declared, computed, rule, reason } = tierOverride;
  return [
    `You are asked to lower the risk tier from ${computed}, by rule ${rule}, to ${declared}. The requester's reason: ${unlinked(reason)}`,
    ...(lost === undefined ? [] : lostInWords(lost, computed)),
    consentInWords(tierOverride),
  ];
};

/** Each on its own line: what a person reads first, whatever their mail client shows of the rest. */
const beforeInWords = (
  former: readonly FormerDecision[],
  names: ReadonlyMap<string, string>,
  release: Release,
): string[] => {
  const { shown, more } = formerInWords(former, names);
  return [
    ...shown.map(
      ({ who, what, releaseId, decidedAt, why }) =>
        `${who} ${what}, as release ${releaseId}, on ${instantInWords(decidedAt)}: ${unlinked(why)}`,
    ),
    ...(more === 0 ? [] : [`And ${more} more, all of them in the audit ledger.`]),
    ...namedInWords(release, former, names),
    ...(former.length === 0 ? [] : answersInWords(release).map((said) => `The requester answers: ${unlinked(said)}`)),
  ];
};

const againSentence = ({ timestamp }: Pick<Approval, 'timestamp'>): string =>
  `The decision that is stored under your name, of ${instantInWords(timestamp)}, does not count, because Assay did not sign it as it does now. Please decide again. If you never decided about this release, tell your platform owner at once.`;

/** What serves, without the values of the environment: a mail is forwarded, and kept in places that nobody knows. */
const servedFacts = ({ serving }: Release): (readonly [string, string])[] =>
  serving === undefined
    ? []
    : [
        ['Image', serving.image],
        ...(serving.model_data.locked_copy_uri === undefined
          ? []
          : [['Served from', `locked copy ${serving.model_data.locked_copy_uri}`] as const]),
        ['Environment', Object.keys(serving.environment).sort().join(', ') || 'none'],
        ['Endpoint', `${serving.endpoint_name}, ${serving.instance_count} × ${serving.instance_type}`],
        ...(serving.deployment_strategy === undefined
          ? []
          : [['Deployment', strategyInWords(serving.deployment_strategy)] as const]),
        ['Serving digest', servingSha256(serving)],
      ];

const HOW_TO_DECIDE = {
  mail: 'Opening the link only shows the evidence and decides nothing. To decide, answer the checklist on the page, type the model version, and press Approve, Ask for changes or Deny.',
  message:
    'The first button opens the page with the evidence, which can be read nowhere else; you can decide there, too. Each of the others opens a form with the checklist, and nothing is decided before you send it.',
};
const PRIVATE =
  'This link is for you only: a decision made through it is recorded under your name. Please do not forward it.';
