/** AWS repeats what it does not take. No value of an environment gets further than to the call that sent it. */
import { inspect } from 'node:util';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentValues, leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { registerModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { Release } from '../../lib/domain/release/release.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { governedHandler, ReleaseStep } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { aServing } from '../support/approval-case.ts';
import { approved } from '../support/release-life.ts';
import { type SageMaker, startSageMakerHere } from '../support/sagemaker.ts';

const VALUES = { MODE: "s3cret' at 'x", HOOK: 'https://hooks.example/"T0K3N"', LEVEL: '7' };
const release = Release.parse({ ...approved, serving: aServing({ environment: VALUES }) });

/** As botocore's service models have them, and as SageMaker words other refusals. */
const echoes = [
  `1 validation error detected: Value '{MODE=${VALUES.MODE}, HOOK=${VALUES.HOOK}}' at 'primaryContainer.environment' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 1024]`,
  `2 validation errors detected: Value '${VALUES.MODE}' at 'containers.1.member.environment' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S\\s]*; Value '${VALUES.HOOK}' at 'x' failed to satisfy constraint: Member must not be null`,
  `An error occurred (ValidationException) when calling the CreateModel operation: Value "{MODE=${VALUES.MODE}}" at "primaryContainer.environment" failed`,
  `1 validation error detected: Value '{HOOK=${VALUES.HOOK}, MODE=${VALUES.MODE}`,
  `The container does not start with MODE=${VALUES.MODE} and ${JSON.stringify(VALUES.HOOK)}.`,
];
const leaks = (text: string) =>
  ['s3cret', 'T0K3N', "at 'x failed", 'hooks.example'].filter((part) => text.includes(part));

let sagemaker: SageMaker;
beforeAll(async () => {
  sagemaker = await startSageMakerHere();
});
afterAll(() => sagemaker.stop());
afterEach(() => vi.restoreAllMocks());

const context = { functionName: 'f', memoryLimitInMB: '128', awsRequestId: 'r', invokedFunctionArn: 'arn' } as Context;
/** What the Lambda runtime makes of the error, which Step Functions keeps in its history, and what is logged. */
const whatIsKept = async (run: () => Promise<unknown>): Promise<string> => {
  const logged: unknown[] = [];
  vi.spyOn(logger, 'error').mockImplementation((...said) => {
    logged.push(...said);
  });
  const step = governedHandler(ReleaseStep, run);
  const thrown = await step({ releaseId: 'r' }, context).then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  const deep = { depth: Number.POSITIVE_INFINITY, showHidden: true } as const;
  return inspect([thrown, logged], deep);
};

describe('an environment of a release, where SageMaker repeats it', () => {
  const deployer = sagemakerDeployer('arn:aws:iam::000000000000:role/model-execution');
  const calls: [string, string, () => Promise<unknown>][] = [
    ['registering', 'CreateModelPackage', () => registerModelPackage(release)],
    ['deploying', 'CreateModel', () => deployer.prepare(deploymentOf(release, 1))],
    ['moving', 'CreateModel', () => deployer.prepare(deploymentOf(release, 2, 'elsewhere'))],
  ];

  it.each(calls.flatMap((call) => echoes.map((message) => [...call, message] as const)))(
    'is in no log and no history of %s (%s)',
    async (_, operation, run, message) => {
      // A package that is refused is tried again once its group is made.
      const times = operation === 'CreateModelPackage' ? 2 : 1;
      await sagemaker.order({ nextError: { operation, type: 'ValidationException', message, times } });

      const kept = await whatIsKept(run);

      expect(kept).toContain('ValidationException');
      expect(kept).toContain('(left out)');
      expect(leaks(kept)).toEqual([]);
    },
  );

  it('is taken out of every service’s errors, and of what caused them', async () => {
    const items = "Value '[TransactWriteItem(put=Put(item={environment={MODE=s3cret}}))]' at 'transactItems' failed";
    const cause = Object.assign(new Error(items), {
      $metadata: { httpStatusCode: 500 },
      Message: items,
      CancellationReasons: [{ Item: 's3cret' }],
    });

    expect(leaks(await whatIsKept(async () => Promise.reject(new Error('could not commit', { cause }))))).toEqual([]);
    const kept = await whatIsKept(async () => Promise.reject(cause));
    expect(leaks(kept)).toEqual([]);
    expect(kept).toContain("Value (left out) at 'transactItems' failed");
  });
});

describe('an error without values', () => {
  it('stays as it is', () => {
    const fault = Object.assign(new Error('Could not find endpoint 7.'), { $metadata: { httpStatusCode: 400 } });
    const { stack } = fault;

    leaveOutValues(fault, ['8']);
    leaveOutValues('no error');

    expect(fault).toMatchObject({ message: 'Could not find endpoint 7.', stack });
  });

  it('keeps what an answer is known by, also where that is a value', () => {
    const fault = new Error('Could not find endpoint 7.');

    leaveOutValues(fault, ['Could not find', 'endpoint']);

    expect(fault.message).toBe('(left out) (left out) 7. (Could not find)');
  });

  it('loses a short value only where that stands alone', () => {
    const fault = new Error('7 of 77 instances');

    leaveOutValues(fault, environmentValues({ Containers: [{ Environment: { A: '7', B: '' } }], Other: 'of' }));

    expect(fault.message).toBe('(left out) of 77 instances');
  });
});
