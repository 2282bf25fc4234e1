#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { busNameIn } from '../lib/infra/constructs/release-intake.ts';
import { readSettings } from '../lib/infra/settings.ts';
import { AnalyticsQueriesStack } from '../lib/infra/stacks/analytics-queries-stack.ts';
import { CoreStack } from '../lib/infra/stacks/core-stack.ts';
import { EventPolicyStack } from '../lib/infra/stacks/event-policy-stack.ts';
import { IamEventsStack } from '../lib/infra/stacks/iam-events-stack.ts';
import { ObservabilityStack } from '../lib/infra/stacks/observability-stack.ts';
import { ReplicaStack } from '../lib/infra/stacks/replica-stack.ts';

const app = new App();
const settings = readSettings(app.node);
const { environment, onCallKeyArn, replicationRole } = settings;
if (replicationRole === undefined) {
  const core = new CoreStack(app, `assay-${environment}`, settings);
  new ObservabilityStack(app, `assay-${environment}-observability`, {
    environment,
    logs: core.logsOfLooks,
    lostPages: core.lostPages,
    onCallKeyArn,
  });
  if (settings.iamEventsTo !== undefined) {
    new IamEventsStack(app, `assay-${environment}-iam-events`, { of: core, to: settings.iamEventsTo });
  }
  new AnalyticsQueriesStack(app, `assay-${environment}-analytics-queries`, core.questions).addDependency(core);
  const { machines, publisherArn } = core;
  const props = { busName: busNameIn(environment), publisherArn, machines };
  new EventPolicyStack(app, `assay-${environment}-event-policy`, props).addDependency(core);
} else {
  new ReplicaStack(app, `assay-${environment}-replica`, { ...settings, replicationRole });
}
