/**
 * What a resource policy lets a principal of its account do, as IAM decides it for what our policies consist of. Every
 * principal is taken to have an identity policy that allows everything, because anybody may get one.
 */
import * as z from 'zod';
import { textOf } from './template.ts';

const Principal = z.union([
  z.literal('*'),
  z.record(z.string(), z.unknown()).transform((kinds) => Object.values(kinds).flat().map(textOf)),
]);
const Listed = z.unknown().transform((it) => [it].flat());
const PolicyStatement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: Principal.transform((it) => [it].flat()),
  Action: Listed.transform((actions) => actions.map(String)),
  Resource: Listed.transform((resources) => resources.map(textOf)).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type PolicyStatement = z.infer<typeof PolicyStatement>;

/** The statements of a policy document of a template. */
export const statementsOf = (document: unknown): PolicyStatement[] =>
  z.object({ Statement: z.array(PolicyStatement) }).parse(document).Statement;

export type Request = {
  /** The ARN of the role or user, as `textOf` writes it. */
  readonly principal: string;
  readonly action: string;
  readonly resource?: string;
  /** What the request says, besides `aws:PrincipalArn`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
};

const ROOT = /^arn:<AWS::Partition>:iam::<AWS::AccountId>:root$/;

/** Whether a key lets the principal do it: only its policy can allow that, to a principal or to IAM policies of the account. */
export const keyAllows = (statements: readonly PolicyStatement[], request: Request): boolean =>
  bears(statements, 'Allow', request) && !bears(statements, 'Deny', request);

/** Whether a bucket lets the principal do it: an identity policy is enough, unless the bucket's own denies it. */
export const bucketAllows = (statements: readonly PolicyStatement[], request: Request): boolean =>
  !bears(statements, 'Deny', request);

const bears = (statements: readonly PolicyStatement[], effect: 'Allow' | 'Deny', request: Request): boolean =>
  statements.some(
    (statement) =>
      statement.Effect === effect &&
      statement.Principal.some((one) => one === '*' || ROOT.test(one) || one === request.principal) &&
      statement.Action.some((pattern) => isLike(pattern, request.action)) &&
      (request.resource === undefined ||
        (statement.Resource ?? []).some((pattern) => isLike(pattern, request.resource ?? ''))) &&
      holds(statement.Condition, request),
  );

const isLike = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[^\w*]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

const holds = (condition: PolicyStatement['Condition'], { principal, context = {} }: Request): boolean => {
  const said: Readonly<Record<string, string | readonly string[]>> = { ...context, 'aws:PrincipalArn': principal };
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      operatorOf(operator)([said[key] ?? []].flat(), [wanted].flat().map(textOf)),
    ),
  );
};

type Operator = (said: readonly string[], wanted: readonly string[]) => boolean;

/** What the request does not say makes a positive operator false, and a negated one true, with `IfExists` or without. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: ([said], wanted) => said !== undefined && wanted.includes(said),
  StringNotEquals: ([said], wanted) => said === undefined || !wanted.includes(said),
  StringNotEqualsIfExists: ([said], wanted) => said === undefined || !wanted.includes(said),
  ArnNotEquals: ([said], wanted) => said === undefined || !wanted.includes(said),
  Bool: ([said], wanted) => said !== undefined && wanted.includes(said),
  Null: ([said], [wanted]) => (said === undefined) === (wanted === 'true'),
  NumericLessThan: ([said], [wanted]) => said !== undefined && Number(said) < Number(wanted),
  NumericGreaterThan: ([said], [wanted]) => said !== undefined && Number(said) > Number(wanted),
  'ForAnyValue:StringEquals': (said, wanted) => said.some((one) => wanted.includes(one)),
  'ForAllValues:StringLike': (said, wanted) => said.every((one) => wanted.some((pattern) => isLike(pattern, one))),
};

const operatorOf = (name: string): Operator => {
  const operator = OPERATORS[name];
  if (operator === undefined) throw new Error(`the evaluation knows no operator ${name}`);
  return operator;
};
