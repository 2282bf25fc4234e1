import { type HttpApi, HttpMethod, type HttpRoute, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { type Foundations, freezesOf, SERVED, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribePackages } from './model-registry.ts';
import { allowReadPublicKey } from './signing-keys.ts';

/** An answer may cost a signature, and reads some twenty rows. */
export const GATE_THROTTLES = {
  'GET /v1/gate': { rateLimit: 5, burstLimit: 5 },
  'GET /iam/v1/gate': { rateLimit: 5, burstLimit: 5 },
} as const;

interface GateDoorProps {
  readonly on: Foundations;
  readonly api: HttpApi;
  /** Lets in who brings a token. */
  readonly authorizer: IHttpRouteAuthorizer;
}

/**
 * Opens the gate to those who ask it: pipelines, deployers, people. It has a Lambda of its own, because it signs its answers:
 * no other door may use a key that signs statements about artifacts. It can change nothing that it judges by.
 */
export const openGate = (scope: Construct, { on, api, authorizer }: GateDoorProps): HttpRoute[] => {
  const serve = new GovernedFunction(scope, 'ServeGate', {
    defaults: on.defaults,
    timeoutSeconds: 29,
    environment: {
      ...tableOf(on),
      ...SERVED,
      ...on.files.approversEnvironment,
      ...on.keys.decisionEnvironment,
      ...freezesOf(on),
      ATTESTATION_KEY_ID: on.keys.attestation.keyArn,
    },
  });
  on.store.allowAnswer(serve);
  on.store.allowNoteReadings(serve);
  on.files.allowReadApprovers(serve);
  on.files.allowReadPolicy(serve);
  on.keys.attestation.allowUse('kms:Sign', serve);
  allowReadPublicKey(serve, on.keys.decision, on.keys.attestation);
  on.evidence.allowReadAttestations(serve);
  allowDescribePackages(serve);
  on.modelBuckets.allowLookUp(serve);
  on.lockedCopies.allowLoad(serve.role);
  const integration = new HttpLambdaIntegration('ServeGate', serve.lambda);
  const routes = [
    { path: '/v1/gate', authorizer },
    { path: '/iam/v1/gate', authorizer: new HttpIamAuthorizer() },
  ];
  return routes.flatMap((route) => api.addRoutes({ ...route, methods: [HttpMethod.GET], integration }));
};
