/**
 * The routes of machines in an account where IAM is enforced: the routes of the template and the policy of docs/cli.md, and
 * behind them the door, which is handed what the gateway hands over.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { handle } from 'hono/aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { awsSignature } from '../../lib/cli/client/sign-request.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import { clientConfig } from '../../local/clients.ts';
import { aDirectory as aFolder, assay } from '../cli/assay.ts';
import { coreTemplate } from '../infra/template.ts';
import { type Emulator, root, startEmulator } from '../local/support/emulator.ts';
import { assumeRole, makeRole } from '../local/support/roles.ts';
import { anApi } from '../support/api.ts';
import { aManifest } from '../support/approval-case.ts';
import { anIntake, type Intake, unknownName } from '../support/intake.ts';

let aws: Emulator;
let apiId: string;
beforeAll(async () => {
  aws = await startEmulator('strict', { AUTH: 'true' });
  await makeRole(aws.awsEndpoint, 'test');
  const target = await aws.makeFunction(
    'door',
    'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });',
  );
  apiId = await anHttpApi(target);
  await makeRole(aws.awsEndpoint, 'pipeline', policyOf(apiId));
  await makeRole(aws.awsEndpoint, 'stranger', policyOf(apiId));
  await makeRole(aws.awsEndpoint, 'powerless');
  await makeRole(aws.awsEndpoint, 'of-another-api', policyOf('another'));
});
afterAll(() => aws.stop());

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

/** An API with the routes of the template that ask for a signature. */
const anHttpApi = async (functionArn: string): Promise<string> => {
  const client = new ApiGatewayV2Client(clientConfig(aws.awsEndpoint));
  const { ApiId = '' } = await client.send(new CreateApiCommand({ Name: 'assay', ProtocolType: 'HTTP' }));
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
    }),
  );
  for (const { Properties } of Object.values(coreTemplate().findResources('AWS::ApiGatewayV2::Route'))) {
    const { RouteKey, AuthorizationType } = Properties;
    if (AuthorizationType !== 'AWS_IAM') continue;
    const route = { ApiId, RouteKey, AuthorizationType, Target: `integrations/${IntegrationId}` };
    await client.send(new CreateRouteCommand(route));
  }
  await client.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  return ApiId;
};

/** What docs/cli.md gives people to paste, for an API of this account. */
const policyOf = (id: string): object => {
  const [, policy = ''] =
    /```json\n(\{\n {2}"Version": "2012-10-17".*?)```/s.exec(readFileSync(join(root, 'docs/cli.md'), 'utf8')) ?? [];
  return JSON.parse(
    policy.replace('eu-west-1', aws.region).replace('123456789012', aws.accountId).replace('a1b2c3d4e5', id),
  );
};

const baseUrl = () => `${aws.awsEndpoint}/_aws/execute-api/${apiId}/$default`;
const BODY = JSON.stringify(aManifest());

/** The Lambda answers with what the gateway has handed it. */
const Event = z.custom<Parameters<ReturnType<typeof handle>>[0]>();

/** Asks for a release as a session of a role; what it sends may be other than what it signed. */
const submitAs = async (role: string, sent: { readonly body?: string; readonly token?: string } = {}) => {
  const credentials = await assumeRole(aws.awsEndpoint, role);
  const request = { method: 'POST', url: `${baseUrl()}/iam/v1/releases`, headers: {}, body: BODY };
  const headers = await awsSignature({ region: aws.region, credentials })(request);
  const answer = await fetch(request.url, {
    method: 'POST',
    headers: { ...headers, ...(sent.token === undefined ? {} : { 'x-amz-security-token': sent.token }) },
    body: sent.body ?? BODY,
  });
  if (!answer.ok) return { gateway: answer.status };
  const { statusCode, body } = await handle(anApi(intake))(Event.parse(await answer.json()));
  return { gateway: answer.status, door: statusCode, body: JSON.parse(body) };
};

describe('the gateway lets in a session of a role (SD-5)', () => {
  it('with the policy of the documentation, and its machine requests a release', async () => {
    expect(await submitAs('pipeline')).toMatchObject({ gateway: 200, door: 201 });
    expect(await intake.store.get('release', aManifest().release_id)).toMatchObject({ submittedBy: 'pipeline' });
  });

  it('that no machine has, and the door refuses it by name, on record under a code', async () => {
    expect(await submitAs('stranger')).toMatchObject({
      gateway: 200,
      door: 403,
      body: { title: 'NotAuthorized', faults: [{ problem: expect.stringContaining('role/stranger belongs to no') }] },
    });

    const actor_id = await unknownName('arn:aws:iam::000000000000:role/stranger');
    expect((await intake.store.event(INTAKE_CHAIN, 1))?.event).toMatchObject({
      event_type: 'release_refused',
      actor_id,
    });
  });
});

describe('the gateway lets nobody in', () => {
  it.each([
    ['without a policy', 'powerless', {}],
    ['with a policy for another API', 'of-another-api', {}],
    ['with the signature of another body', 'pipeline', { body: '{}' }],
    ['with the session token of somebody else', 'pipeline', { token: 'made-up' }],
  ])('%s', async (_, role, sent) => {
    expect(await submitAs(role, sent)).toEqual({ gateway: 403 });
    expect(intake.store.commits).toBe(0);
  });

  it('without a signature', async () => {
    expect((await fetch(`${baseUrl()}/iam/v1/releases`)).status).toBe(403);
  });

  it('and the command line says what the role lacks', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await assumeRole(aws.awsEndpoint, 'powerless');
    const outcome = await assay(aFolder(), ['status', '--iam'], {
      ASSAY_URL: baseUrl(),
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    });

    expect(outcome).toMatchObject({
      code: 2,
      err: expect.stringContaining('or lack execute-api:Invoke on the signed'),
    });
  });
});
