/** What was counted about groups, in the few sentences that a mail has room for. */
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import { Z_95 } from '../../domain/evidence/fairness/intervals.ts';
import { type Impact, isBelow, ratioBeside } from '../../domain/questions/impact.ts';
import type { Movement } from '../../domain/questions/movements.ts';
import type { OtherDecision } from '../../domain/questions/other-decision.ts';
import type { Lone, Unmatched } from '../../domain/questions/unmatched.ts';
import { unkeptInWords } from '../parts/unkept-in-words.ts';
import { percent, quotedName, ratioInWords } from '../parts/wording.ts';

export type MeasuredGroups = {
  /** The group that fares worst, and the share of the highest rate that the policy asks for; undefined if no two can be compared. */
  readonly worst: (Impact & { readonly asked: number | undefined; readonly favorable: string }) | undefined;
  /** Where a group of two attributes together fares worse than that. */
  readonly together?: Impact;
  /** How many groups have fewer rows than a rate takes; absent if none has. */
  readonly small?: { readonly groups: number; readonly rows: number };
  /** Undefined if nothing of the model is in production. */
  readonly live?: {
    readonly releaseId: string;
    readonly movements: readonly Movement[];
    /** What was counted of only one of the two, and what one of them did not keep. */
    readonly unmatched: Pick<Unmatched, 'counted' | 'unkept'>;
    /** Where the two call another decision favorable: then no groups are compared. */
    readonly other?: OtherDecision;
    /** How the decisions about the same rows change; undefined if that was not compared with this release. */
    readonly changed: BehaviourRecord['all'] | undefined;
  };
};

/** What got worse comes first, then what moved furthest; the page has all of it. */
const MOVEMENTS_SHOWN = 2;
const GONE_SHOWN = 3;

export const groupsInWords = ({ worst, together, small, live }: MeasuredGroups, modelName: string): string[] => [
  `${worst === undefined ? 'Who fares worst: no two groups could be compared.' : worstInWords(worst)}${smallInWords(small)}`,
  ...(together === undefined ? [] : [togetherInWords(together)]),
  ...(live === undefined
    ? [`No release of ${modelName} is in production: there is nothing to compare it with.`]
    : liveInWords(live)),
];

const worstInWords = (worst: NonNullable<MeasuredGroups['worst']>): string => {
  const { attribute, value, highest, asked, favorable } = worst;
  const line = asked === undefined ? '' : `; the policy asks for ${ratioInWords(asked)}`;
  const verdict = isBelow(worst, asked) ? ', and it is below that' : '';
  return `Who fares worst: ${quotedName(attribute)} ${quotedName(value)}, selected at ${ratioBeside(worst, asked)} of the rate of ${quotedName(highest.value)}${line}${verdict}. Selected is who gets ${quotedName(favorable)}.`;
};

const togetherInWords = (impact: Impact): string =>
  `Of two attributes together: ${quotedName(impact.attribute)} ${quotedName(impact.value)}, selected at ${ratioBeside(impact, undefined)} of the rate of ${quotedName(impact.highest.value)}.`;

const smallInWords = (small: MeasuredGroups['small']): string => {
  if (small === undefined) return '';
  const { groups, rows } = small;
  return ` ${groups} ${groups === 1 ? 'group has' : 'groups have'} fewer than ${rows} rows and ${groups === 1 ? 'is' : 'are'} not compared.`;
};

const liveInWords = (live: NonNullable<MeasuredGroups['live']>): string[] => {
  const { releaseId, movements, unmatched, changed, other } = live;
  const { gone, come } = unmatched.counted;
  const beyond = movements.filter(({ errors }) => errors === undefined || Math.abs(errors) >= Z_95);
  const isWorse = ({ effect }: Movement) => effect === 'worse';
  // Nothing else may push out of the mail what got worse.
  const clear = [...beyond.filter(isWorse), ...beyond.filter((one) => !isWorse(one))];
  const shown = clear.slice(0, MOVEMENTS_SHOWN).map(movementInWords);
  const more = clear.length - shown.length;
  const groups =
    other !== undefined
      ? otherInWords(other)
      : shown.length === 0
        ? gone.length + come.length + unmatched.unkept.length === 0
          ? 'no group differs beyond chance'
          : 'nothing that could be compared differs beyond chance'
        : [...shown, ...(more > 0 ? [`${more} more on the page`] : [])].join('; ');
  return [
    ...(gone.length === 0 ? [] : [goneInWords(gone, releaseId)]),
    `Against ${releaseId}, which is live: ${groups}.`,
    ...(other !== undefined || unmatched.unkept.length === 0 ? [] : [unkeptInWords(unmatched.unkept)]),
    ...(changed === undefined ? [] : [changedInWords(changed)]),
  ];
};

/** A group of which nothing is counted any more has not moved, and is missed first where nobody names it. */
const goneInWords = (gone: readonly Lone[], releaseId: string): string => {
  const more = gone.length - GONE_SHOWN;
  const named = gone.slice(0, GONE_SHOWN).map(({ subject, group, measured }) => {
    const who = group === undefined ? '' : `${quotedName(group.attribute)} ${quotedName(group.value)}: `;
    return `${who}${subject}, which was ${percent(measured)}`;
  });
  return `No longer counted, but of ${releaseId}: ${[...named, ...(more > 0 ? [`${more} more on the page`] : [])].join('; ')}.`;
};

const otherInWords = ({ now, live }: OtherDecision): string =>
  `groups are not compared, because this release calls ${quotedName(now.favorable_value)} the favorable decision, and that one ${quotedName(live.favorable_value)}`;

const movementInWords = ({ subject, isReported, group, before, after, effect }: Movement): string =>
  `${group === undefined ? '' : `${quotedName(group.attribute)} ${quotedName(group.value)}: `}from ${percent(before)} to ${percent(after)} (${isReported ? quotedName(subject) : subject}), ${effect === 'other' ? 'changed' : effect}`;

const changedInWords = ({ stayedYes, stayedNo, yesToNo, noToYes }: BehaviourRecord['all']): string => {
  const all = stayedYes + stayedNo + yesToNo + noToYes;
  return `Of ${all} rows that both decided, ${yesToNo} change from yes to no, and ${noToYes} from no to yes.`;
};
