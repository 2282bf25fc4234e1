/**
 * A field that the OpenAPI document promises, and that no answer of any test has, is a promise that nobody has seen kept. Each test
 * says which it has seen; a run of all tests that ask a door fails if one is left.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import * as z from 'zod';

const ONE_SHAPE = 'one shape for the differences of all sections: those of what was measured have it';
/** What it is made of is tested there, and the names of fields by the compiler. No test has a door say it yet. */
const MADE_IN_THE_DOMAIN = 'a test of the domain makes what it is made of, and none asks a door for it';

/** Fields that no door in a process of a test answers, each with the reason. One that is answered after all is told, and has to go. */
const NOT_SEEN: Readonly<Record<string, string>> = {
  ...{ 'ReleaseDiff.differences.fields.delta': ONE_SHAPE, 'ReleaseDiff.differences.serving.delta': ONE_SHAPE },
  ...{ 'ReleaseDiff.differences.card.delta': ONE_SHAPE, 'ReleaseDiff.differences.checks.delta': ONE_SHAPE },
  ...{ 'ReleaseDiff.differences.policy.delta': ONE_SHAPE, 'ReleaseDiff.differences.approvals.delta': ONE_SHAPE },
  'Model.coming.production': 'one shape for what a release waits for: what is coming does not serve yet',
  'ExpiringPage.approvals.renewed_at': MADE_IN_THE_DOMAIN,
  'ExpiringPage.approvals.not_renewed': MADE_IN_THE_DOMAIN,
  'ApprovalRequest.escalated_at': MADE_IN_THE_DOMAIN,
  'ApprovalRequest.undelivered': MADE_IN_THE_DOMAIN,
  'WaitingRequest.required_people': MADE_IN_THE_DOMAIN,
  'WaitingRequest.stages': MADE_IN_THE_DOMAIN,
  'Decision.acting_for': MADE_IN_THE_DOMAIN,
  'ReleaseStory.release.risk_tier_override': MADE_IN_THE_DOMAIN,
  'EndpointMove.settled_at': MADE_IN_THE_DOMAIN,
  'Model.found.quarantine': MADE_IN_THE_DOMAIN,
  'GateReply.opened_by_break_glass': MADE_IN_THE_DOMAIN,
};

const ROOT = join(import.meta.dirname, '../..');
/** What a test opens a door by. */
const DOORS = /from '.*\/support\/(api|many-releases|a-gate|a-questions-door|as-documented)\.ts'/;

const filesWithDoors = (): string[] =>
  globSync('test/{docs,domain,lambdas}/**/*.test.ts', { cwd: ROOT })
    .map((file) => join(ROOT, file))
    .filter((file) => DOORS.test(readFileSync(file, 'utf8')));

const optionalOfAnswers = async (): Promise<string[]> => {
  const { ANSWERS } = await import('../../lib/openapi/named.ts');
  await import('../../lib/openapi/document.ts');
  const { optionalFields } = await import('./answered-fields.ts');
  const uri = (id: string) => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(ANSWERS, { io: 'output', uri, unrepresentable: 'any' });
  return optionalFields(schemas, Object.keys(schemas));
};

export default class EveryFieldIsAnswered implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const ran = new Set(modules.filter((one) => one.ok()).map(({ moduleId }) => moduleId));
    if (filesWithDoors().some((file) => !ran.has(file))) return;
    const seen = new Set<string>();
    for (const one of modules)
      for (const test of one.children.allTests()) {
        if (test.result().state === 'skipped') return;
        for (const field of test.meta().answered ?? []) seen.add(field);
      }
    const all = await optionalOfAnswers();
    const missing = all.filter((field) => !seen.has(field) && NOT_SEEN[field] === undefined);
    const needless = Object.keys(NOT_SEEN).filter((field) => seen.has(field) || !all.includes(field));
    if (missing.length > 0) process.exitCode = 1;
    process.stderr.write(
      [
        ...missing.map((field) => `No answer of any test has ${field}, which the OpenAPI document promises.`),
        ...needless.map((field) => `${field} is answered, or no field: it needs no reason.`),
      ]
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
}
