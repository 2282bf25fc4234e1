/** Every question that can be asked. */
import { APPROVALS } from './approvals.ts';
import { CHANGED } from './changed.ts';
import { CHECKS_OF_LIVE } from './checks.ts';
import { CONFIGURATION } from './configuration.ts';
import { LINEAGE } from './lineage.ts';
import { LIVE } from './live.ts';
import { PARTS } from './parts.ts';
import { PATH } from './path.ts';
import type { Question } from './question.ts';
import { ROLLBACKS } from './rollbacks.ts';
import { TESTS } from './tests.ts';
import { TRAFFIC } from './traffic.ts';
import { TREND } from './trend.ts';
import { WAY_BACK } from './way-back.ts';
import { WHY } from './why.ts';

export const QUESTIONS: readonly Question[] = [
  APPROVALS,
  LIVE,
  WHY,
  ROLLBACKS,
  CHANGED,
  CHECKS_OF_LIVE,
  TESTS,
  PARTS,
  PATH,
  WAY_BACK,
  LINEAGE,
  CONFIGURATION,
  TRAFFIC,
  TREND,
];

export const questionNamed = (name: string): Question | undefined => QUESTIONS.find((one) => one.name === name);

/** How far the table reaches: `entries` and `until`. Every answer says it. */
export const COVERS_SQL = 'covers.sql';
