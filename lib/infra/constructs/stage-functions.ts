import { Aws } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageName } from '../../domain/checks/vocabulary.ts';
import { ACCOUNT, evidenceOf, type Foundations, lockOf, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribeEndpoints, allowRehearseWayBack } from './model-registry.ts';

/** A check is ended after 300 seconds, so its Lambda needs a longer timeout. */
const JUDGING = { timeoutSeconds: 360 };
/** DuckDB reads files of predictions from disk, with bounded memory. */
const COUNTING = { memoryMib: 3008, storageMib: 10_240, timeoutSeconds: 900 };
/** One whole vCPU, to stream an artifact through the verification of its signature. */
const VERIFYING = { memoryMib: 1769, timeoutSeconds: 900 };

/** The automated stages, each with a Lambda and a role of its own. */
export const stageFunctions = (scope: Construct, on: Foundations) => {
  const judging = { ...JUDGING, defaults: on.defaults, environment: stageEnvironment(on) };
  const counting = { ...judging, ...COUNTING, layers: [on.duckdb] };
  const stages = {
    EvaluateDataProvenance: new GovernedFunction(scope, 'EvaluateDataProvenance', judging),
    EvaluateModelCard: new GovernedFunction(scope, 'EvaluateModelCard', judging),
    EvaluateBiasAndFairness: new GovernedFunction(scope, 'EvaluateBiasAndFairness', {
      ...counting,
      environment: { ...judging.environment, ...ACCOUNT, ...on.largeTables.environment },
    }),
    EvaluateSafetyEvaluation: new GovernedFunction(scope, 'EvaluateSafetyEvaluation', counting),
    EvaluateSecurityReview: new GovernedFunction(scope, 'EvaluateSecurityReview', {
      ...judging,
      ...VERIFYING,
      environment: { ...judging.environment, ...ACCOUNT },
    }),
    EvaluateCustomChecks: new GovernedFunction(scope, 'EvaluateCustomChecks', judging),
    EvaluateRiskClassification: new GovernedFunction(scope, 'EvaluateRiskClassification', {
      ...judging,
      environment: { ...judging.environment, ...ACCOUNT, ...on.files.approversEnvironment },
    }),
  };
  allowAttest(stages, on);
  // The custom checks read their evidence themselves, with roles of their own.
  const { EvaluateCustomChecks, ...reading } = stages;
  for (const stage of Object.values(reading)) on.evidence.allowRead(stage);
  for (const stage of [stages.EvaluateBiasAndFairness, stages.EvaluateSafetyEvaluation])
    on.evidence.allowReadRows(stage);
  on.largeTables.allowCount(stages.EvaluateBiasAndFairness);
  on.modelBuckets.allowRead(stages.EvaluateSecurityReview.role);
  allowDescribeEntryPoints(stages.EvaluateSecurityReview);
  on.files.allowReadApprovers(stages.EvaluateRiskClassification);
  allowRehearseWayBack(stages.EvaluateRiskClassification);
  on.modelBuckets.allowRead(stages.EvaluateRiskClassification.role);
  on.lockedCopies.allowLoad(stages.EvaluateRiskClassification.role);
  allowCustomChecks(EvaluateCustomChecks, on);
  return stages;
};

const stageEnvironment = (on: Foundations) => ({
  ...tableOf(on),
  ...evidenceOf(on),
  ...lockOf(on),
  ATTESTATION_KEY_ID: on.keys.attestation.keyArn,
});

/** The stage that each of these Lambdas evaluates. */
export const STAGE_OF = {
  EvaluateDataProvenance: 'data_provenance',
  EvaluateModelCard: 'model_card',
  EvaluateBiasAndFairness: 'bias_and_fairness',
  EvaluateSafetyEvaluation: 'safety_evaluation',
  EvaluateSecurityReview: 'security_review',
  EvaluateCustomChecks: 'custom_checks',
  EvaluateRiskClassification: 'risk_classification',
} as const satisfies Record<string, StageName>;

export type StageFunctions = Readonly<Record<keyof typeof STAGE_OF, GovernedFunction>>;

/** The Lambda of each stage whose checks are ours: custom checks are other people's code. */
export const arnsByStage = ({ EvaluateCustomChecks: _, ...ours }: StageFunctions): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Object.keys(ours) as (keyof typeof ours)[]).map((name) => [STAGE_OF[name], ours[name].lambda.functionArn]),
  );

/** Each stage signs its attestation, and may put it only where those of this stage belong. */
const allowAttest = (stages: StageFunctions, on: Foundations): void => {
  for (const name of Object.keys(STAGE_OF) as (keyof typeof STAGE_OF)[]) {
    on.keys.attestation.allowUse('kms:Sign', stages[name]);
    on.evidence.allowPutAttestations(stages[name], STAGE_OF[name]);
  }
};

/** Allows invoking the Lambda versions that the deployed policy names, and reading the digest of their code. */
const allowCustomChecks = (lambda: GovernedFunction, { files }: Foundations): void => {
  const actions = ['lambda:InvokeFunction', 'lambda:GetFunctionConfiguration'];
  if (files.customCheckArns.length > 0) lambda.allow({ actions, resources: files.customCheckArns });
};

/** The entry point of a model: an API of API Gateway, whose ARNs name no account, or the endpoint itself. */
const allowDescribeEntryPoints = (lambda: GovernedFunction): void => {
  lambda.allow({
    actions: ['apigateway:GET'],
    resources: ['apis', 'restapis', 'domainnames'].map(
      (kind) => `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::/${kind}/*`,
    ),
    because: 'entryPoints',
  });
  allowDescribeEndpoints(lambda);
};
