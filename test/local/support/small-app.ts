import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  App,
  CfnOutput,
  aws_cognito as cognito,
  Duration,
  aws_dynamodb as dynamodb,
  aws_apigatewayv2 as http,
  aws_apigatewayv2_authorizers as httpAuthorizers,
  aws_apigatewayv2_integrations as httpIntegrations,
  aws_lambda as lambda,
  Stack,
  Stage,
  aws_s3 as s3,
  aws_sqs as sqs,
} from 'aws-cdk-lib';

const echo = `
import { createRequire } from 'node:module';
import { SageMakerClient, CreateModelPackageGroupCommand } from '@aws-sdk/client-sagemaker';
const fromLayer = createRequire(import.meta.url)('native-thing');
export const handler = async (event) => {
  if (event.group !== undefined) {
    return new SageMakerClient({}).send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: event.group }));
  }
  return { statusCode: 200, cookies: ['a=1', 'b=2'], body: JSON.stringify({ event, fromLayer, node: process.version }) };
};`;

/** A CDK app in a stage, with everything that the emulator's CloudFormation forgets; answers its `cdk.out` folder. */
export async function synthSmallApp(folder: string): Promise<string> {
  const app = new App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const core = new Stack(new Stage(app, 'local'), 'core');
  const bucket = new s3.Bucket(core, 'Audit', {
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: s3.ObjectLockRetention.governance(Duration.days(1)),
  });
  const releases = new dynamodb.Table(core, 'Releases', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
  });
  const echoFunction = await makeEcho(core, folder);
  const pool = new cognito.UserPool(core, 'People');
  const client = pool.addClient('Cli', { authFlows: { userPassword: true } });
  const api = new http.HttpApi(core, 'Api', {
    corsPreflight: { allowOrigins: ['https://example.com'], allowMethods: [http.CorsHttpMethod.GET] },
  });
  const integration = new httpIntegrations.HttpLambdaIntegration('ToEcho', echoFunction);
  const authorizer = new httpAuthorizers.HttpUserPoolAuthorizer('People', pool, { userPoolClients: [client] });
  api.addRoutes({ path: '/v1/{proxy+}', integration, authorizer });
  api.addRoutes({ path: '/a/{link}', integration });
  const outputs = {
    ApiId: api.apiId,
    Bucket: bucket.bucketName,
    Table: releases.tableName,
    Function: echoFunction.functionName,
    UserPoolId: pool.userPoolId,
    UserPoolClientId: client.userPoolClientId,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(core, name, { value });
  return app.synth().directory;
}

async function makeEcho(scope: Stack, folder: string): Promise<lambda.Function> {
  const thing = join(folder, 'layer', 'nodejs', 'node_modules', 'native-thing');
  await mkdir(thing, { recursive: true });
  await writeFile(join(thing, 'index.js'), "module.exports = 'from the layer';");
  await mkdir(join(folder, 'echo'));
  await writeFile(join(folder, 'echo', 'index.mjs'), echo);
  return new lambda.Function(scope, 'Echo', {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(join(folder, 'echo')),
    layers: [new lambda.LayerVersion(scope, 'Native', { code: lambda.Code.fromAsset(join(folder, 'layer')) })],
    deadLetterQueue: new sqs.Queue(scope, 'DeadLetters'),
    reservedConcurrentExecutions: 3,
    timeout: Duration.seconds(10),
  });
}
