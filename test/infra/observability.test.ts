import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../lambdas/dispatch-outbox/signals.ts';
import { ALERT_NAMES, APPROVAL_SECONDS, alertOf } from '../../lib/domain/metrics/alerts.ts';
import { PANELS } from '../../lib/domain/metrics/panels.ts';
import { LOOKS_MS } from '../../lib/domain/serving/sweep-plan.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { AS_IT_HAPPENS } from '../../lib/infra/constructs/alarms.ts';
import { coreTemplate, observabilityStack, PRODUCTION, textOf } from './template.ts';

const template = Template.fromStack(observabilityStack());
const alarms = new Map(
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [
    String(Properties.AlarmName).replace('assay-prod-', ''),
    Properties,
  ]),
);
const NAMES = [...ALERT_NAMES, ...Object.keys(AS_IT_HAPPENS)];

/** What is told by a rule: the domain events, the files that publish them, and what the page names. */
const TOLD = {
  'a break-glass (BG-1)': {
    rule: 'BreakGlass',
    events: 3,
    from: ['gate/ask-break-glass', 'gate/break-glass'],
    says: 'assay break-glass list',
  },
  'that a rollback waits, for what and until when (RB-3)': {
    rule: 'RollbackWaits',
    events: 1,
    from: ['serving/strategy-under-way'],
    says: 'Which strategy it is: assay status',
  },
  'that there is no way back, or what serves is not what should': {
    rule: 'Serving',
    events: 3,
    from: ['serving/rollback-steps', 'serving/record-restoration', 'serving/close-endpoint', 'change/published'],
    says: 'A person has to act',
  },
  'a finding about what serves': {
    rule: 'Findings',
    events: 2,
    from: ['serving/record-look'],
    says: 'assay endpoints served',
  },
};

describe.each(Object.entries(TOLD))('%s', (_, { rule: name, events, from, says }) => {
  const rules = Object.entries(template.findResources('AWS::Events::Rule'));
  const [[id = '', rule] = []] = rules.filter(([one]) => one.startsWith(`AtOnce${name}`));

  it('is told to the pagers as it happens, by what the domain publishes', () => {
    const { EventBusName, EventPattern, Targets } = rule?.['Properties'] ?? {};
    const source = from.map((file) => readFileSync(join(PROJECT, `lib/domain/${file}.ts`), 'utf8')).join('\n');

    expect(rules).toHaveLength(Object.keys(TOLD).length);
    expect([EventBusName, EventPattern.source]).toEqual(['assay-prod', ['assay']]);
    expect(EventPattern['detail-type']).toHaveLength(events);
    for (const told of EventPattern['detail-type']) expect(source).toContain(`'${told}'`);
    const [{ Arn, InputTransformer, DeadLetterConfig, RetryPolicy }, ...others] = Targets;
    expect([textOf(Arn), ...others]).toEqual([expect.stringContaining('OnCallPages')]);
    // What cannot be published is counted there.
    expect(JSON.stringify(DeadLetterConfig)).toContain('LostPages');
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300 });
    expect(InputTransformer.InputTemplate).toContain(says);
    // A path that leads nowhere leaves a blank on the page.
    for (const path of Object.values(InputTransformer.InputPathsMap)) {
      const [, field] = /^\$\.detail\.(\w+)$/.exec(String(path)) ?? [];
      if (path !== '$.detail-type') expect(source).toMatch(new RegExp(`\\b${field}\\b`));
    }
  });

  it('may be published to the pages, and to nothing else, for this rule alone', () => {
    const statements = Object.values(template.findResources('AWS::SNS::TopicPolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const own = statements.filter(({ Sid }) => Sid === `${name}Publishes`);

    expect(own).toMatchObject([
      { Action: 'sns:Publish', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
    ]);
    expect(textOf(own[0].Condition)).toContain(id);
  });
});

/** What waits between a change of an endpoint and its page, all of it ours; each call between takes a second or two. */
describe('a finding about what serves is told in time', () => {
  const core = coreTemplate(PRODUCTION);
  const rulesTo = (name: string) =>
    Object.values(core.findResources('AWS::Events::Rule'))
      .map(({ Properties }) => Properties)
      .filter(({ Targets }) => textOf(Targets?.[0]?.Arn).includes(`${name}Function`));

  it('within 90 seconds of its event: nothing waits from there to the page', () => {
    const heard = rulesTo('SweepEndpoints').flatMap(({ EventPattern }) => EventPattern?.['detail-type'] ?? []);
    const windows = Object.values(core.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties.MaximumBatchingWindowInSeconds ?? 0,
    );

    expect(heard).toContain('SageMaker Endpoint State Change');
    expect(windows).toEqual([0]);
  });

  it('within 150 seconds where its event is lost: a minute until the sweep, and the time in which that begins looks', () => {
    const [every, ...others] = rulesTo('SweepEndpoints').flatMap(({ ScheduleExpression }) => ScheduleExpression ?? []);

    expect([every, ...others]).toEqual(['rate(1 minute)']);
    expect(60 + LOOKS_MS / 1000).toBeLessThan(150 - 30);
  });
});

describe('the alarms', () => {
  it('are one for each alert, and for what is told as it happens', () => {
    expect([...alarms.keys()].toSorted()).toEqual(NAMES.toSorted());
  });

  it.each(ALERT_NAMES.filter((name) => name !== 'DashboardStale'))(
    '%s goes off when its alert has held as long as it must, and tells those of its severity',
    (name) => {
      const { seconds, severity } = alertOf(name);
      const alarm = alarms.get(name);

      expect(alarm).toMatchObject({
        Namespace: 'Assay',
        MetricName: name,
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        DatapointsToAlarm: alarm?.EvaluationPeriods,
      });
      expect(alarm?.Period * alarm?.EvaluationPeriods).toBe(Math.max(300, seconds));
      const topic = severity === 'critical' ? 'OnCallPages' : 'OnCallNotices';
      for (const actions of [alarm?.AlarmActions, alarm?.OKActions]) {
        expect(actions.map(textOf)).toEqual([expect.stringContaining(topic)]);
      }
    },
  );

  it('tell within five minutes of what is critical', () => {
    const late = ALERT_NAMES.filter((name) => alertOf(name).severity === 'critical').filter((name) => {
      const { Period = 0, EvaluationPeriods = 0 } = alarms.get(name) ?? {};
      return Period * EvaluationPeriods > 300;
    });

    expect(late).toEqual([]);
  });

  it('tell within two minutes of what is counted as it happens', () => {
    for (const [name, { severity }] of Object.entries(AS_IT_HAPPENS)) {
      const alarm = alarms.get(name);
      expect(alarm).toMatchObject({
        MetricName: name,
        Statistic: 'Sum',
        Threshold: 1,
        Period: 60,
        EvaluationPeriods: 1,
      });
      const topic = severity === 'critical' ? 'OnCallPages' : 'OnCallNotices';
      expect(alarm?.AlarmActions.map(textOf)).toEqual([expect.stringContaining(topic)]);
    }
  });

  it('stand on every signal of the dispatcher, but for the way of things, findings, and what the look tells of as accuracy and drift', () => {
    const alarmOf = (told: { metric: string; alarm?: string }) => told.alarm ?? told.metric;
    const silent = Object.values(SIGNALS).filter((told) => !NAMES.includes(alarmOf(told)));

    expect(silent.map(({ metric }) => metric)).toEqual([
      'ApprovalsEscalated',
      // Told by a rule of the bus, within seconds.
      'RecordMismatchesFound',
      'MissingRecordsFound',
      'MonitorsBreached',
      'ReleasesExpired',
      'RetrainingsRequested',
    ]);
  });

  it('as it happens are raised by a signal each, whose domain event the product publishes', () => {
    const raised = Object.values(SIGNALS).flatMap((told: { metric: string; alarm?: string }) => [
      told.metric,
      ...(told.alarm === undefined ? [] : [told.alarm]),
    ]);
    const published = ['lib/domain', 'lambdas']
      .flatMap((folder) =>
        readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
      )
      .filter((file) => file.endsWith('.ts') && file !== 'lambdas/dispatch-outbox/signals.ts')
      .map((file) => readFileSync(join(PROJECT, file), 'utf8'))
      .join('\n');

    expect(Object.keys(AS_IT_HAPPENS).filter((name) => !raised.includes(name))).toEqual([]);
    expect(Object.keys(SIGNALS).filter((event) => !published.includes(`'${event}'`))).toEqual([]);
  });

  it('tell that nobody looks, which no metric can say (FM-5)', () => {
    expect(alarms.get('DashboardStale')).toMatchObject({
      MetricName: 'governance_looks',
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });

  it('are no alarms that roll back', () => {
    for (const { AlarmName } of alarms.values()) expect(AlarmName).not.toMatch(/^assay\//);
  });

  it('come by one door: no other file makes one, and no other stack has one', () => {
    const files = ['bin', 'lib'].flatMap((folder) =>
      readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file)),
    );
    const making = files.filter((file) =>
      /new (?:Cfn)?(?:Composite)?Alarm\(|\.createAlarm\(|AnomalyDetectionAlarm\(/.test(
        readFileSync(join(PROJECT, file), 'utf8'),
      ),
    );

    expect(making).toEqual(['lib/infra/constructs/governed-alarm.ts']);
    coreTemplate(PRODUCTION).resourceCountIs('AWS::CloudWatch::Alarm', 0);
    coreTemplate(PRODUCTION).resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });

  it('need nothing that the local AWS refuses', () => {
    const types = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );

    expect([...new Set(types)].toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
    ]);
    for (const { Metrics } of alarms.values()) expect(Metrics).toBeUndefined();
  });
});

describe('docs/runbook.md', () => {
  const page = readFileSync(join(PROJECT, 'docs/runbook.md'), 'utf8');
  const sections = page.split(/^## /m).slice(1);

  it('has a section for each alarm, in their order, and no other', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual(NAMES);
  });

  it('says after how many days an approval is reported', () => {
    const [, days] = /older than (\d+) days/.exec(page) ?? [];

    expect(Number(days) * 86_400).toBe(APPROVAL_SECONDS);
  });

  it.each(NAMES)('says of %s what it means, where to look and what to do, and the alarm leads there', (name) => {
    const section = sections.find((one) => one.startsWith(`${name}\n`)) ?? '';

    for (const part of ['Meaning', 'Investigate', 'Resolve']) {
      expect(section).toMatch(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S`, 'm'));
    }
    expect(alarms.get(name)?.AlarmDescription).toMatch(
      new RegExp(`^(critical|warning): .+\\. docs/runbook\\.md#${name.toLowerCase()}$`),
    );
  });
});

it('docs/runbook.md names functions and logs of which the stack has one each, and queues that there are', () => {
  const page = readFileSync(join(PROJECT, 'docs/runbook.md'), 'utf8');
  const resources = Object.entries(coreTemplate(PRODUCTION).toJSON()['Resources'] as Record<string, { Type: string }>);
  const count = (type: string, part = '') =>
    resources.filter(([id, { Type }]) => Type === `AWS::${type}` && id.includes(part)).length;
  const named = (verb: string) => [...page.matchAll(new RegExp(`\\b${verb} ([A-Z]\\w+)`, 'g'))].map(([, id]) => id);
  const logs = named('log_of').map((id) => [id, count('Logs::LogGroup', id)]);
  const functions = named('run').map((id) => [id, count('Lambda::Function', id)]);

  expect(functions).toHaveLength(3);
  expect(logs.length).toBeGreaterThan(5);
  expect([...logs, ...functions].filter(([, found]) => found !== 1)).toEqual([]);
  expect(count('SQS::Queue', 'DeadLetters')).toBe(count('SQS::Queue'));
});

describe('the topics', () => {
  it.each([undefined, 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'])(
    'are encrypted with the key of the settings, if there is one (%s), and cost none of their own',
    (onCallKeyArn) => {
      const made = Template.fromStack(observabilityStack({ onCallKeyArn }));
      const topics = Object.values(made.findResources('AWS::SNS::Topic'));

      expect(topics.map(({ Properties = {} }) => Properties.KmsMasterKeyId)).toEqual([onCallKeyArn, onCallKeyArn]);
      made.resourceCountIs('AWS::KMS::Key', 0);
    },
  );

  it('take messages over TLS only, and from alarms of this deployment', () => {
    const policies = Object.values(template.findResources('AWS::SNS::TopicPolicy'));

    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      const statements = Properties.PolicyDocument.Statement as { Sid?: string; Effect: string; Condition: object }[];
      // The rules of the bus are above.
      const others = statements.filter((statement) => !JSON.stringify(statement).includes('events.amazonaws.com'));
      expect(others.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
        ['AllowPublishThroughSSLOnly', 'Deny'],
        ['AlarmsPublish', 'Allow'],
      ]);
      expect(textOf(statements[1]?.Condition)).toContain('alarm:assay-prod-*');
    }
  });
});

describe('the dashboard', () => {
  const [{ Properties } = { Properties: {} }] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const parts: unknown[] = Properties.DashboardBody['Fn::Join'][1];
  const body = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')) as {
    widgets: { type: string; properties: { title?: string; metrics?: unknown[][]; query?: string } }[];
  };

  it('has the six panels', () => {
    expect(body.widgets.slice(1).map(({ properties }) => properties.title)).toEqual(PANELS.map(({ title }) => title));
  });

  it('draws each from metrics of ours, and the table of models from what looks write down', () => {
    const panels = body.widgets.slice(1).map(({ properties }) => properties);

    for (const { metrics } of panels.slice(0, 5)) {
      expect(metrics?.length).toBeGreaterThan(0);
      for (const metric of metrics ?? []) expect(metric[0]).toBe('Assay');
    }
    expect(panels[5]?.query).toContain('alert = "GovernanceApprovalExpired"');
  });
});
