import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { decideRetention } from '../../lib/infra/retention.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { coreStack } from './template.ts';

const read = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

describe('settings', () => {
  it('need nothing said', () => {
    expect(read({})).toMatchObject({
      environment: 'dev',
      production: false,
      policyFile: 'policies/governance-policy.yaml',
      approversFile: 'policies/approvers.yaml',
    });
  });

  it('take values from the command line, which are always strings', () => {
    expect(
      read({ production: 'true', auditRetentionDays: '365', modelBuckets: 'one-bucket, other-bucket' }),
    ).toMatchObject({
      production: true,
      auditRetentionDays: 365,
      modelBuckets: ['one-bucket', 'other-bucket'],
    });
  });

  it.each([
    ['environment', 'Prod Environment'],
    ['production', 'perhaps'],
    ['modelBuckets', 'bucket,s3://other'],
    ['modelBuckets', ''],
    ['mailFrom', 'nobody'],
    ['publicBaseUrl', 'assay.bank.example'],
    ['architecture', 'riscv'],
    ['auditRetentionDays', '0'],
    ['lockMode', 'compliance'],
  ])('refuse %s = %j, naming it', (key, value) => {
    expect(() => read({ [key]: value })).toThrow(new RegExp(`could not read the context of the app:[^]*at ${key}`));
  });

  it('refuse a key that is not one, with what was probably meant', () => {
    expect(() => read({ Production: 'true', mailform: 'a@b.example', colour: 'blue' })).toThrow(
      'Production is not a setting; did you mean production?; mailform is not a setting; did you mean mailFrom?; colour is not a setting',
    );
  });

  it("leave the CDK's own context alone", () => {
    expect(() => read({ '@aws-cdk/core:newStyleStackSynthesis': true, 'vpc-provider:account=1': {} })).not.toThrow();
  });
});

describe('retention (AU-6)', () => {
  it('is one day of GOVERNANCE by default', () => {
    expect(decideRetention({ production: false })).toEqual({ mode: 'GOVERNANCE', auditDays: 1, evidenceDays: 1 });
  });

  it('is never guessed for production', () => {
    expect(() => decideRetention({ production: true })).toThrow('production needs auditRetentionDays');
  });

  it('is COMPLIANCE in production, whatever is asked for', () => {
    expect(decideRetention({ production: true, auditRetentionDays: 30 }).mode).toBe('COMPLIANCE');
    expect(() => decideRetention({ production: true, auditRetentionDays: 30, lockMode: 'GOVERNANCE' })).toThrow(
      'production locks in COMPLIANCE mode',
    );
  });

  it('of more than 30 days of COMPLIANCE has to be confirmed to the day', () => {
    const wish = { production: true, auditRetentionDays: 365, evidenceRetentionDays: 2555 };

    expect(() => decideRetention(wish)).toThrow('set confirmComplianceDays=2555 to confirm');
    expect(() => decideRetention({ ...wish, confirmComplianceDays: 365 })).toThrow('confirmComplianceDays=2555');
    expect(decideRetention({ ...wish, confirmComplianceDays: 2555 })).toMatchObject({ evidenceDays: 2555 });
  });

  it('stops the synth of a stack that is not confirmed', () => {
    const context = { production: 'true', auditRetentionDays: '3650' };

    expect(() => coreStack(context)).toThrow('can never be shortened');
    expect(() => coreStack({ ...context, confirmComplianceDays: '3650' })).not.toThrow();
  });
});
