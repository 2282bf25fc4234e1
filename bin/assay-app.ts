#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { readSettings } from '../lib/infra/settings.ts';
import { CoreStack } from '../lib/infra/stacks/core-stack.ts';

const app = new App();
const settings = readSettings(app.node);
new CoreStack(app, `assay-${settings.environment}`, settings);
