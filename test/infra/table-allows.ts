/** What the statements of a template let a Lambda ask of the table: of which partitions, and of which indexes. */
import type { Template } from 'aws-cdk-lib/assertions';
import { handlerFolders } from '../../lib/infra/bundling.ts';
import type { TableCall } from '../support/recording-table.ts';
import { bucketAllows, statementsOf } from './policy-evaluation.ts';
import { roleStatements, type Statement, textOf } from './template.ts';

/** The name of the Lambda whose handler is in this folder. */
export const lambdaIn = (folder: string): string =>
  folder.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const TABLE = /^<GovernanceStore[^>]*\.Arn>(?:\/index\/(.+))?$/;

export const tableRights = (template: Template) => {
  const names = handlerFolders().map(lambdaIn);
  const lambdaOf = (role: string): string | undefined =>
    names.find((name) => new RegExp(`[a-z]${name}Role[0-9A-F]{8}$`).test(role));
  const statements = roleStatements(template)
    .map((one) => ({
      ...one,
      of: lambdaOf(one.role),
      on: one.Resource.map((it) => TABLE.exec(textOf(it))).filter((it) => it !== null),
    }))
    .filter(({ on }) => on.length > 0);
  const isBorne = (effect: string, lambda: string, { action, partitions, index }: TableCall): boolean =>
    statements
      .filter(({ of, Effect, Action }) => of === lambda && Effect === effect && Action.includes(action))
      .filter(({ on }) => on.some(([, its]) => its === index))
      .some(({ Condition }) => holds(Condition, action, partitions));
  return {
    allows: (lambda: string, call: TableCall): boolean =>
      isBorne('Allow', lambda, call) && !isBorne('Deny', lambda, call),
    /** The partitions that a Lambda is bounded to by conditions, by action. */
    boundsOf: (lambda: string): { action: string; pattern: string }[] =>
      statements
        .filter(({ of, Effect }) => of === lambda && Effect === 'Allow')
        .flatMap(({ Action, Condition }) =>
          [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []]
            .flat()
            .flatMap((pattern) => Action.map((action) => ({ action, pattern: String(pattern) }))),
        ),
  };
};

/** Whether a statement with this condition is about the call: as a denial under the condition, it would deny it. */
const holds = (Condition: Statement['Condition'], action: string, partitions: readonly string[]): boolean => {
  if (Condition === undefined) return true;
  const denial = { Effect: 'Deny', Principal: '*', Action: action, Condition };
  const context = { 'dynamodb:LeadingKeys': partitions, 'dynamodb:FullTableScan': 'false' };
  return !bucketAllows(statementsOf({ Statement: [denial] }), { principal: '', action, context });
};
