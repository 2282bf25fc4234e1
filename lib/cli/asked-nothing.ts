/** What an answer does not say by itself: that the log knows no such name, and that it does not reach so far. */
import { ModelName, ReleaseId } from '../domain/identifiers.ts';
import type { Answer, Given, Question } from '../domain/questions/question.ts';
import type { Ask } from '../domain/questions/report.ts';
import { plain } from './terminal/text.ts';

type Kind = 'model' | 'release';
type Asked = { readonly name: string; readonly kind: Kind; readonly subject: string };

/** Whether the log has anything about this name. */
const isKnown = async (kind: Kind, name: string, ask: Ask): Promise<boolean> => {
  const [schema, question] = kind === 'model' ? [ModelName, 'trend'] : [ReleaseId, 'path'];
  return schema.safeParse(name).success && (await ask(question, { [kind]: name })).rows.length > 0;
};

/** What is wrong with the name that something was asked about; undefined if the log knows it. */
export const unknownSubject = async ({ name, kind, subject }: Asked, ask: Ask): Promise<string | undefined> => {
  if (await isKnown(kind, subject, ask)) return undefined;
  const other = kind === 'model' ? 'release' : 'model';
  return (await isKnown(other, subject, ask))
    ? `${plain(subject)} is a ${other}: ${name} asks about ${kind === 'release' ? 'a release, by its id' : 'a model, by its name'}.`
    : `The log has no ${kind} ${plain(subject)}.`;
};

/** The names of a question that the log does not know. */
export const unknownSubjects = async ({ name, subjects }: Question, given: Given, ask: Ask): Promise<string[]> => {
  const asked = subjects.flatMap((parameter) => {
    const subject = given[parameter];
    return subject === undefined ? [] : [{ name, kind: parameter === 'model' ? 'model' : 'release', subject } as const];
  });
  const problems = await Promise.all(asked.map((one) => unknownSubject(one, ask)));
  return problems.flatMap((problem) => problem ?? []);
};

/** An instant that the log has not come to: then the answer is what held when it ended. */
export const beyondLog = (at: string | undefined, { covers }: Answer): string[] =>
  at === undefined || at <= covers.until
    ? []
    : [`${at} is after the newest entry: the answer is what the log says up to there, and nothing later is in it.`];
