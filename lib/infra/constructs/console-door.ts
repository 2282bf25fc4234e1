import { type HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { evidenceOf, type Foundations, freezesOf, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import type { Oidc } from './identity.ts';
import { addOpenRoute } from './open-route.ts';
import { allowReadPublicKey } from './signing-keys.ts';

interface ConsoleDoorProps {
  readonly on: Foundations;
  readonly api: HttpApi;
  readonly oidc: Oidc;
  readonly publicBaseUrl: string;
  readonly timeoutSeconds: number;
  /** Answers what auditors ask, for whoever is signed in. */
  readonly questions: GovernedFunction;
}

/**
 * Opens the pages for people who are signed in. The gateway lets everybody through, because it reads no cookies: the page
 * verifies the session by the keys of the issuer, and leads others to the sign-in.
 */
export const openConsole = (scope: Construct, props: ConsoleDoorProps): HttpRoute[] => {
  const { on, api, oidc, publicBaseUrl, timeoutSeconds, questions } = props;
  const { record, decision } = on.keys.verifying;
  const serve = new GovernedFunction(scope, 'ServeConsole', {
    defaults: on.defaults,
    timeoutSeconds,
    environment: {
      ...tableOf(on),
      ...evidenceOf(on),
      ...on.files.approversEnvironment,
      ...freezesOf(on),
      ISSUER: oidc.issuer,
      CLIENT_ID: oidc.clientId,
      SCOPE: oidc.scope,
      AUDIENCE: oidc.audience,
      RECORD_KEY_IDS: record.map(({ keyArn }) => keyArn).join(','),
      DECISION_KEY_IDS: decision.map(({ keyArn }) => keyArn).join(','),
      ATTESTATION_KEY_ID: on.keys.attestation.keyArn,
      QUESTIONS_FUNCTION: questions.lambda.functionName,
      PUBLIC_BASE_URL: publicBaseUrl,
    },
  });
  on.files.allowReadApprovers(serve);
  on.files.allowReadPolicy(serve);
  on.store.allowCommit(serve);
  on.store.allowNoteAccess(serve);
  on.store.allowNoteReadings(serve);
  // CloudWatch lists composite alarms only to those who may list all of them.
  serve.allow({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'], because: 'compositeAlarms' });
  serve.allow({ actions: ['lambda:InvokeFunction'], resources: [questions.lambda.functionArn] });
  on.evidence.allowHandOut(serve);
  // The record of a release, and its attestations, are verified when somebody asks for that.
  on.evidence.allowReadRecords(serve);
  on.evidence.allowReadAttestations(serve);
  allowReadPublicKey(serve, ...record, ...decision, on.keys.attestation);
  return addOpenRoute(api, {
    path: '/console/{proxy+}',
    method: HttpMethod.ANY,
    name: 'ServeConsole',
    serve,
    reason:
      'The session is a cookie, which no authorizer of the gateway reads: the page verifies it before anything else.',
  });
};
