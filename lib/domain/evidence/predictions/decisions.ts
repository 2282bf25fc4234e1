import { Share } from './fraction.ts';

/** Of the rows that the live release decided: what must be compared where a policy says nothing. */
export const MINIMUM_OF_LIVE: Share = Share.parse('0.9');

/** Rows by what the live release decided and what another decides: yes is the favorable decision. */
export type Decisions = { stayedYes: number; stayedNo: number; yesToNo: number; noToYes: number };

export const comparedIn = ({ stayedYes, stayedNo, yesToNo, noToYes }: Decisions): number =>
  stayedYes + stayedNo + yesToNo + noToYes;

export const changedIn = ({ yesToNo, noToYes }: Pick<Decisions, 'yesToNo' | 'noToYes'>): number => yesToNo + noToYes;
