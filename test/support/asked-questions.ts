/** The tables of the history on an emulator, as the stack defines them, and the door that questions come in by. */
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import * as z from 'zod';
import { defineEvents, defineHistory, defineOrigins } from '../../lib/infra/constructs/analytics-tables.ts';
import { clientConfig } from '../../local/clients.ts';
import { until } from '../../local/ports.ts';
import { eventOf } from './api.ts';
import { AUDIT_BUCKET, HISTORY_BUCKET, type Product } from './product.ts';

const DATABASE = 'questions_test';

/** Makes the database with its tables, and the workgroup, by CloudFormation. */
export const makeTables = async ({ aws }: Product): Promise<void> => {
  const stack = new Stack(new App(), 'questions');
  new CfnDatabase(stack, 'Database', { catalogId: '000000000000', databaseInput: { name: DATABASE } });
  defineHistory(stack, DATABASE, HISTORY_BUCKET);
  defineOrigins(stack, DATABASE, HISTORY_BUCKET);
  defineEvents(stack, DATABASE, AUDIT_BUCKET);
  new CfnWorkGroup(stack, 'Workgroup', {
    name: 'questions',
    workGroupConfiguration: { resultConfiguration: { outputLocation: `s3://${HISTORY_BUCKET}/results/` } },
  });
  const { Resources } = Template.fromStack(stack).toJSON();
  const client = new CloudFormationClient(clientConfig(aws.awsEndpoint));
  await client.send(new CreateStackCommand({ StackName: 'questions', TemplateBody: JSON.stringify({ Resources }) }));
  const isMade = async () => {
    const { Stacks: [made] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'questions' }));
    if (made?.StackStatus?.includes('ROLLBACK')) throw new Error(`the tables were not made: ${made.StackStatusReason}`);
    return made?.StackStatus === 'CREATE_COMPLETE';
  };
  await until(isMade, 30_000);
};

const Answered = z.object({
  statusCode: z.number(),
  body: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
});
export type Answered = z.infer<typeof Answered>;

const AUDITOR = { sub: 's', username: 'omar.haddad', 'cognito:groups': ['auditor'] };

/** Calls the door of questions as API Gateway does, by default as an auditor. */
export const callQuestions = async (
  product: Product,
  method: 'GET' | 'POST',
  path: string,
  { body, query = '', token = AUDITOR }: { body?: unknown; query?: string; token?: object } = {},
): Promise<Answered> => {
  const { headers, requestContext } = eventOf(token);
  return Answered.parse(
    await product.invoke('serve-questions', {
      version: '2.0',
      routeKey: `${method} ${path.replace(/[^/]+$/, '{name}')}`,
      rawPath: path,
      rawQueryString: query,
      headers: { 'content-type': 'application/json', host: 'api.example.com', ...headers },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      requestContext: {
        domainName: 'api.example.com',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        ...requestContext,
      },
    }),
  );
};

/** What Athena answers to a question. */
export const askOnAthena = (product: Product, question: string, parameters: Readonly<Record<string, string>>) =>
  callQuestions(product, 'POST', `/v1/questions/${question}`, { body: { parameters } });
