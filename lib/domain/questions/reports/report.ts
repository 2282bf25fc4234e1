import { accessFrequency } from './access-frequency.ts';
import { approvalTimes } from './approval-times.ts';
import { dataSanitisation } from './data-sanitisation.ts';
import type { Material, Section } from './section.ts';

/** From the first day to the last one, both in UTC, and both in the report. */
export type Period = { readonly since: string; readonly until: string };

export type Report = {
  readonly period: Period;
  /** Nothing proves nothing: how much was looked through, and up to when. */
  readonly covers: {
    readonly events: number;
    readonly eventsUntil: string;
    readonly accesses: number;
    readonly accessesUntil: string;
  };
  readonly sections: readonly Section[];
};

const SECTIONS = { access: accessFrequency, approvals: approvalTimes, sanitisation: dataSanitisation } as const;
export type SectionName = keyof typeof SECTIONS;
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[]; // the keys of that very object

/** The report of these sections about a period. What lies outside of it is not counted; that it is there is said by `covers`. */
export const makeReport = (names: readonly SectionName[], material: Material, period: Period): Report => {
  const within = (at: string): boolean => period.since <= at.slice(0, 10) && at.slice(0, 10) <= period.until;
  const accesses = material.accesses.filter(({ at }) => within(at));
  return {
    period,
    covers: {
      events: material.events.length,
      eventsUntil: lastOf(material.events.map(({ timestamp }) => timestamp)),
      accesses: material.accesses.length,
      accessesUntil: lastOf(material.accesses.map(({ at }) => at)),
    },
    sections: names.map((name) => ({ name, ...SECTIONS[name]({ events: material.events, accesses }, within) })),
  };
};

const lastOf = (instants: readonly string[]): string => instants.toSorted().at(-1) ?? '';
