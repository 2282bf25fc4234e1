/** Every question that can be asked. */
import { APPROVALS } from './approvals.ts';
import { LIVE } from './live.ts';
import type { Question } from './question.ts';

export const QUESTIONS: readonly Question[] = [APPROVALS, LIVE];

export const questionNamed = (name: string): Question | undefined => QUESTIONS.find((one) => one.name === name);

/** How far the table reaches: `entries` and `until`. Every answer says it. */
export const COVERS_SQL = 'covers.sql';
