/** What the options of `assay ask` mean to a question. */
import { Instant } from '../domain/identifiers.ts';
import { type Given, problemWith, type Question } from '../domain/questions/question.ts';
import { UsageError } from './command.ts';
import { durationMs } from './duration.ts';
import { plain } from './terminal/text.ts';

export type AskOptions = {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly at?: string | undefined;
  readonly model?: string | undefined;
  readonly incident?: string | undefined;
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** An instant that a person wrote. A day alone would be a guess about the hour. */
export const instantGiven = (option: string, text: string): Instant => {
  const date = new Date(INSTANT.test(text) ? text : '');
  if (Number.isNaN(date.getTime())) {
    throw new UsageError(`--${option} is no instant: ${plain(text)}; write 2026-11-28T10:00:00Z`);
  }
  return Instant.parse(date.toISOString());
};

/** A day that a person wrote, or the one so long ago. */
export const dayGiven = (option: string, text: string, now: Date): string => {
  const ago = durationMs(text);
  const day = ago === undefined ? text : new Date(now.getTime() - ago).toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw new UsageError(`--${option} is no day: ${plain(text)}; write 2026-01-01, or 365d for so long ago`);
  }
  return day;
};

/** Which parameters each option fills. One that a question does not have is wrong usage: it would be ignored silently. */
const FILLS = { at: ['at', 'from', 'to'], since: ['since', 'from'], until: ['until', 'to'] } as const;

/** What a question is asked with: its subjects by their places, and the options. */
export const givenFor = (question: Question, subjects: readonly string[], options: AskOptions, now: Date): Given => {
  const names = question.parameters.map(({ name }) => name);
  const given: Record<string, string> = names.includes('at') ? { at: now.toISOString() } : {};
  for (const [place, value] of subjects.entries()) {
    const name = question.subjects[place];
    if (name === undefined) throw new UsageError(`ask ${question.name} does not understand ${plain(value)}`);
    given[name] = value;
  }
  for (const [option, value] of Object.entries(valuesOf(options, names, now))) {
    const fills = Object.keys(value).filter((name) => names.includes(name));
    if (fills.length === 0) throw new UsageError(`ask ${question.name} has no use for --${option}`);
    for (const name of fills) given[name] = value[name] ?? '';
  }
  const problem = problemWith(question, given);
  if (problem !== undefined) throw new UsageError(`ask ${question.name}: ${problem}`);
  return given;
};

const valuesOf = (options: AskOptions, names: readonly string[], now: Date) => {
  const { at, since, until, model, incident } = options;
  const isByDay = names.includes('since');
  const filled: Record<string, Record<string, string>> = {};
  const fill = (option: keyof typeof FILLS, value: string) => {
    filled[option] = Object.fromEntries(FILLS[option].map((name) => [name, value]));
  };
  if (at !== undefined) fill('at', instantGiven('at', at));
  if (since !== undefined) fill('since', `${dayGiven('since', since, now)}${isByDay ? '' : 'T00:00:00.000Z'}`);
  if (until !== undefined) fill('until', `${dayGiven('until', until, now)}${isByDay ? '' : 'T23:59:59.999Z'}`);
  if (model !== undefined) filled['model'] = { model };
  if (incident !== undefined) filled['incident'] = { incident };
  return filled;
};
