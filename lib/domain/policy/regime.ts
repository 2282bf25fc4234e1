/**
 * Laws, rules and frameworks as dated data: what a clause is about, when it holds, what took its place, and where that was
 * read (docs/formats/regime.md). No clause is ever deleted: an export of last year needs what held then.
 */
import * as z from 'zod';
import { CHECKS } from '../checks/known-checks.ts';
import { soundness, WHATEVER_ELSE } from '../soundness.ts';
import { visibleText } from '../visible-text.ts';

export const Day = z.iso.date();
export type Day = z.infer<typeof Day>;

const Line = visibleText(512);

/** What people decide is asked for like a check. */
export const HUMAN_APPROVAL = 'human_approval';
const ControlCheck = z.enum([HUMAN_APPROVAL, ...CHECKS.map(({ name }) => name)]);

/** What a clause asks for, the checks that serve it, and the question that the evidence answers. */
const Control = z.strictObject({ control: Line, question: Line, checks: z.array(ControlCheck).min(1) });
export type Control = z.infer<typeof Control>;

const Source = z.strictObject({
  kind: z.enum(['primary', 'secondary']).describe('The text itself, or a report about it.'),
  url: z.url({ protocol: /^https$/ }),
  read_on: Day,
});

export const Clause = z
  .strictObject({
    id: Line.describe('As policies cite it.'),
    title: Line,
    also: z.exactOptional(z.array(Line).min(1)).describe('Other names by which it is cited.'),
    applies_to: z.exactOptional(Line),
    in_force_from: Day.describe('The first day on which it holds.'),
    in_force_until: z.exactOptional(Day).describe('The first day on which it holds no longer.'),
    superseded_by: z.exactOptional(z.array(Line).min(1)),
    note: z.exactOptional(Line),
    sources: z.array(Source).min(1),
    controls: z.array(Control).default([]),
  })
  .superRefine(({ in_force_from: from, in_force_until: until }, context) => {
    const isSound = soundness(context.issues);
    if (!isSound('in_force_from') || !isSound('in_force_until') || until === undefined || until >= from) return;
    context.addIssue({ code: 'custom', path: ['in_force_until'], message: 'is before in_force_from' });
  }, WHATEVER_ELSE);
export type Clause = z.infer<typeof Clause>;

export const Regime = z.strictObject({
  schema_version: z.literal(1),
  name: Line,
  jurisdiction: Line,
  clauses: z.array(Clause).min(1),
});
export type Regime = z.infer<typeof Regime>;

export const isInForce = ({ in_force_from: from, in_force_until: until }: Clause, day: Day): boolean =>
  from <= day && (until === undefined || day < until);

export const hasEnded = ({ in_force_until: until }: Clause, day: Day): boolean => until !== undefined && until <= day;

/** The clause that a policy cites, by whichever of its names. */
export const citedClause = (clauses: readonly Clause[], name: string): Clause | undefined =>
  clauses.find(({ id, also = [] }) => [id, ...also].some((known) => known.toLowerCase() === name.toLowerCase()));

/** Names that stand for two clauses, or for none although one is said to follow: over all files together. */
export const regimeProblems = (clauses: readonly Clause[]): string[] => {
  const names = clauses.flatMap(({ id, also = [] }) => [id, ...also]);
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  const unknown = clauses.flatMap(({ id, superseded_by: successors = [] }) =>
    successors
      .filter((name) => citedClause(clauses, name) === undefined)
      .map((name) => `${id} is superseded by ${name}`),
  );
  return [
    ...repeated.map((name) => `${name} names two clauses`),
    ...unknown.map((problem) => `${problem}, which no file has`),
  ];
};
