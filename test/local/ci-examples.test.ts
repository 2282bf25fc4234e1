/** The examples for pipelines are what their systems take, and the callback of SageMaker is answered once there is an outcome (GT-4). */
import { execFile } from 'node:child_process';
import { constants, readFileSync } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  SendPipelineExecutionStepFailureCommand,
  SendPipelineExecutionStepSuccessCommand,
} from '@aws-sdk/client-sagemaker';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { ensureVenv } from '../../local/venv.ts';
import { aServer } from '../cli/assay.ts';
import { mockClient } from '../support/mock-client.ts';
import { violationsOf } from '../support/modelled-requests.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'examples/ci');

const Workflow = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
});
const Lines = z.object({ before_script: z.array(z.string()).default([]), script: z.array(z.string()).default([]) });

describe('the examples for pipelines', () => {
  let tools: string;
  beforeAll(async () => {
    const requirements = join(root, 'test/support/lint-requirements.txt');
    tools = dirname(await ensureVenv(root, undefined, { folder: 'lint-venv', requirements }));
  });
  /** Everything is run as it is installed; scripts of an environment that was renamed name its former folder. */
  const run = (tool: string, ...words: string[]) => promisify(execFile)(join(tools, tool), words, { cwd: folder });
  const python = (...words: string[]) => run('python', '-m', ...words);

  it('are what GitHub Actions and GitLab CI take', async () => {
    await python('check_jsonschema', '--builtin-schema', 'vendor.github-workflows', 'github-actions.yml');
    const gitlab = ['--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci'];
    await python('check_jsonschema', ...gitlab, 'gitlab-ci.yml');
  });

  it('have no known weakness of workflows and shell scripts', async () => {
    await run('zizmor', '--offline', '--quiet', 'github-actions.yml');
    await run('shellcheck', 'release.sh', 'gate.sh');
  });

  it('run sound lines of shell, of scripts that are here, and of commands that Assay has', async () => {
    const workflow = Workflow.parse(parse(readFileSync(join(folder, 'github-actions.yml'), 'utf8')));
    const jobs = z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(folder, 'gitlab-ci.yml'), 'utf8')));
    const lines = [
      ...Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run: line }) => line ?? [])),
      ...Object.values(jobs).flatMap((job) => {
        const { data } = Lines.safeParse(job);
        return [...(data?.before_script ?? []), ...(data?.script ?? [])];
      }),
    ];
    const scripts = lines.flatMap((line) =>
      [...line.matchAll(/examples\/ci\/([\w./-]+)/g)].map(([, name = '']) => name),
    );
    const called = ['release.sh', 'gate.sh'].flatMap((script) =>
      [...readFileSync(join(folder, script), 'utf8').matchAll(/^(?:\[.*\|\| )?assay ([a-z]+) "/gm)].map(
        ([, command = '']) => command,
      ),
    );

    expect(scripts.toSorted()).toEqual(['gate.sh', 'gate.sh', 'release.sh', 'release.sh']);
    for (const script of scripts) await access(join(folder, script), constants.X_OK);
    expect(called).toEqual(['check', 'push', 'submit', 'gate', 'gate']);
    expect(called.filter((command) => !COMMANDS.some(({ name }) => name === command))).toEqual([]);
    const all = join(await mkdtemp(join(tmpdir(), 'assay-ci-')), 'lines.sh');
    onTestFinished(() => rm(dirname(all), { recursive: true, force: true }));
    await writeFile(all, `#!/usr/bin/env bash\n${lines.join('\n')}\n`);
    // What stands for a file in a line of a pipeline holds no blanks: GitLab expands it before a shell reads it.
    await run('shellcheck', '--severity', 'warning', '--exclude', 'SC2086', all);
  });

  it('name in the pipeline only steps, outputs and parameters that it has', () => {
    const text = readFileSync(join(folder, 'sagemaker/pipeline.json'), 'utf8');
    const { Parameters, Steps }: { Parameters: { Name: string }[]; Steps: { Name: string; Type: string }[] } =
      JSON.parse(text);
    const names = [...Parameters.map(({ Name }) => `Parameters.${Name}`), ...Steps.map(({ Name }) => `Steps.${Name}`)];
    const asked = [...text.matchAll(/"Get": "((?:Parameters|Steps)\.\w+)/g)].map(([, name]) => name);

    expect(names).toEqual(expect.arrayContaining(asked));
    expect(asked).toHaveLength(5);
    expect(Steps.map(({ Type }) => Type)).toEqual(['RegisterModel', 'Callback']);
  });
});

const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/credit/7';
const TOKEN = 'SYZ8ExZ3Sd';

describe('the callback of a SageMaker pipeline', () => {
  const sagemaker = mockClient(SageMakerClient);
  const stories = new Map<string, object>();
  let asked: { path: string; headers: Record<string, unknown> }[];
  let handler: (event: object) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;

  beforeAll(async () => {
    const server = await aServer(({ path, headers }) => {
      asked.push({ path, headers });
      const story = stories.get(path);
      return story === undefined ? { status: 404, body: {} } : { body: story };
    });
    vi.stubEnv('ASSAY_URL', server.url);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const module = '../../examples/ci/sagemaker/answer-callback.mjs';
    ({ handler } = await import(module));
  });
  beforeEach(() => {
    sagemaker.reset();
    asked = [];
  });

  const heard = (...messages: object[]) =>
    handler({
      Records: messages.map((said, index) => ({
        messageId: `message-${index}`,
        body: JSON.stringify({ token: TOKEN, pipelineExecutionArn: 'arn', arguments: said }),
      })),
    });
  const registeredAs = (releaseId?: string) =>
    sagemaker.on(DescribeModelPackageCommand, { ModelPackageName: ARN }).resolves({
      CustomerMetadataProperties: releaseId === undefined ? {} : { 'gov.releaseId': releaseId },
    });

  it('succeeds once the release of the package is in production, with what a next step needs', async () => {
    registeredAs('credit-7');
    stories.set('/iam/v1/releases/credit-7', {
      release: { release_id: 'credit-7', state: 'production', record_uri: 's3://evidence/record.json' },
    });

    expect(await heard({ model_package_arn: ARN })).toEqual({ batchItemFailures: [] });

    const [call] = sagemaker.commandCalls(SendPipelineExecutionStepSuccessCommand);
    const input = call?.args[0].input;
    expect(input).toEqual({
      CallbackToken: TOKEN,
      OutputParameters: [
        { Name: 'release_id', Value: 'credit-7' },
        { Name: 'state', Value: 'production' },
        { Name: 'record_uri', Value: 's3://evidence/record.json' },
      ],
    });
    expect(await violationsOf({ service: 'SageMaker', operation: 'SendPipelineExecutionStepSuccess', input })).toEqual(
      [],
    );
    expect(asked[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
  });

  it('fails with the reasons, as far as SageMaker takes them, once the release has ended otherwise', async () => {
    const reasons = [{ explanation: 'the disparate impact ratio is 0.7273. '.repeat(20) }];
    stories.set('/iam/v1/releases/credit-6', { release: { state: 'rejected', reasons } });

    expect(await heard({ release_id: 'credit-6' })).toEqual({ batchItemFailures: [] });

    const [call] = sagemaker.commandCalls(SendPipelineExecutionStepFailureCommand);
    const input = call?.args[0].input;
    expect(input?.FailureReason).toMatch(/^credit-6 is rejected\. the disparate impact ratio is 0\.7273\./);
    expect(await violationsOf({ service: 'SageMaker', operation: 'SendPipelineExecutionStepFailure', input })).toEqual(
      [],
    );
  });

  it('leaves on the queue what has no outcome yet, and answers the rest', async () => {
    registeredAs();
    stories.set('/iam/v1/releases/credit-8', { release: { state: 'validated' } });

    expect(
      await heard(
        { model_package_arn: ARN },
        { release_id: 'unknown' },
        { release_id: 'credit-8' },
        { release_id: 'credit-6' },
      ),
    ).toEqual({ batchItemFailures: [0, 1, 2].map((index) => ({ itemIdentifier: `message-${index}` })) });
    expect(sagemaker.commandCalls(SendPipelineExecutionStepFailureCommand)).toHaveLength(1);
  });
});
