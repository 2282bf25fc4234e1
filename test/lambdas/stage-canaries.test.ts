/** CK-12: `{canary: check}` proves a check in the code of its stage, and can neither commit nor sign. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CANARIES } from '../../lib/domain/canary/known-canaries.ts';
import type { StageName } from '../../lib/domain/checks/vocabulary.ts';

const HANDLERS: Partial<Record<StageName, () => Promise<{ readonly handler: Handler }>>> = {
  data_provenance: () => import('../../lambdas/evaluate-data-provenance/handler.ts'),
  model_card: () => import('../../lambdas/evaluate-model-card/handler.ts'),
  bias_and_fairness: () => import('../../lambdas/evaluate-bias-and-fairness/handler.ts'),
  safety_evaluation: () => import('../../lambdas/evaluate-safety-evaluation/handler.ts'),
  security_review: () => import('../../lambdas/evaluate-security-review/handler.ts'),
  risk_classification: () => import('../../lambdas/evaluate-risk-classification/handler.ts'),
};
type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Stands for all of AWS, and counts what reaches it. */
let requests = 0;
const aws = createServer((_, response) => {
  requests += 1;
  response.writeHead(400).end('{}');
});
const CONTEXT = {} as Context;

beforeAll(async () => {
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: 'table',
    EVIDENCE_BUCKET: 'evidence',
    EVIDENCE_RETENTION_DAYS: '1',
    LOCK_MODE: 'GOVERNANCE',
    ATTESTATION_KEY_ID: 'key',
    ACCOUNT_ID: '123456789012',
    COUNTED_HERE_MAX_BYTES: '0',
    COUNTING_WORKGROUP: 'workgroup',
    COUNTING_DATABASE: 'database',
    COUNTING_BUCKET: 'counting',
    APPROVERS_BUCKET: 'files',
    APPROVERS_KEY: 'approvers.json',
    APPROVERS_SHA256: '0'.repeat(64),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => aws.close(resolve));
});

const invoke = async (stage: StageName, event: object) => {
  const load = HANDLERS[stage];
  if (load === undefined) throw new Error(`no handler of ${stage}`);
  const { handler } = await load();
  return handler(event, CONTEXT);
};

describe('a stage that is asked for a canary', () => {
  it.each(CANARIES)('proves each check of $known.stage without a call to AWS', async ({ known }) => {
    for (const { name } of known.checks) {
      expect(await invoke(known.stage, { canary: name })).toEqual({
        check: name,
        held: true,
        onGood: 'passed',
        onBad: expect.any(String),
        codeSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }

    expect(requests).toBe(0);
  });

  it('takes no release beside the canary, and no check of another stage', async () => {
    const both = { canary: 'intended_use_defined', releaseId: 'credit-1.0.0' };
    await expect(invoke('model_card', both)).rejects.toThrow('releaseId');
    await expect(invoke('model_card', { canary: 'attested_by' })).rejects.toThrow('has no canary of attested_by');
  });

  it('goes to AWS for a release only', async () => {
    await expect(invoke('model_card', { releaseId: 'credit-1.0.0' })).rejects.toThrow();

    expect(requests).toBeGreaterThan(0);
  });
});
