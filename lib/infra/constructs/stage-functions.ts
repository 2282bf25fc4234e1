import { Aws } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DuckdbLayer } from './duckdb-layer.ts';
import { ACCOUNT, evidenceOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribeEndpoints } from './model-registry.ts';

/** A check is ended after 300 seconds, which takes a Lambda that lives longer. */
const JUDGING = { timeoutSeconds: 360 };
/** DuckDB works on files of predictions on disk, with bounded memory. */
const COUNTING = { memoryMib: 3008, storageMib: 10_240, timeoutSeconds: 900 };
/** A whole virtual processor for an artifact that is streamed through its signature. */
const VERIFYING = { memoryMib: 1769, timeoutSeconds: 900 };

/** The automated stages, a Lambda and a role each. */
export const stageFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const environment = { ...tableOf(on), ...evidenceOf(on) };
  const layers = [new DuckdbLayer(scope, 'Duckdb', defaults.architecture)];
  const evidenced = {
    EvaluateDataProvenance: new GovernedFunction(scope, 'EvaluateDataProvenance', {
      ...JUDGING,
      defaults,
      environment,
    }),
    EvaluateModelCard: new GovernedFunction(scope, 'EvaluateModelCard', { ...JUDGING, defaults, environment }),
    EvaluateBiasAndFairness: new GovernedFunction(scope, 'EvaluateBiasAndFairness', {
      ...COUNTING,
      defaults,
      environment,
      layers,
    }),
    EvaluateSafetyEvaluation: new GovernedFunction(scope, 'EvaluateSafetyEvaluation', {
      ...COUNTING,
      defaults,
      environment,
      layers,
    }),
    EvaluateSecurityReview: new GovernedFunction(scope, 'EvaluateSecurityReview', {
      ...VERIFYING,
      defaults,
      environment: { ...environment, ...ACCOUNT },
    }),
    EvaluateRiskClassification: new GovernedFunction(scope, 'EvaluateRiskClassification', {
      ...JUDGING,
      defaults,
      environment: { ...environment, ...on.files.approversEnvironment },
    }),
  };
  for (const stage of Object.values(evidenced)) on.evidence.allowRead(stage);
  on.modelBuckets.allowRead(evidenced.EvaluateSecurityReview.role);
  allowDescribeEntryPoints(evidenced.EvaluateSecurityReview);
  on.files.allowReadApprovers(evidenced.EvaluateRiskClassification);
  return { ...evidenced, EvaluateCustomChecks: customChecks(scope, on) };
};

/** It may invoke the Lambdas that the deployed policy names, and reads no evidence itself. */
const customChecks = (scope: Construct, on: Foundations) => {
  const lambda = new GovernedFunction(scope, 'EvaluateCustomChecks', {
    ...JUDGING,
    defaults: on.defaults,
    environment: tableOf(on),
  });
  const resources = on.files.customCheckArns;
  return resources.length === 0 ? lambda : lambda.allow({ actions: ['lambda:InvokeFunction'], resources });
};

/** What stands before a model: an API of API Gateway, whose ARNs know no account, or its endpoint. */
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
