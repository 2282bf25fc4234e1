import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { ReleaseStore } from '../../lib/infra/constructs/release-store.ts';
import { TABLE } from '../support/aws.ts';

it('the table of the tests is that of the stack', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'stack');
  new ReleaseStore(stack, 'Store', { production: false });

  expect(() => Template.fromStack(stack).hasResourceProperties('AWS::DynamoDB::Table', TABLE)).not.toThrow();
});
