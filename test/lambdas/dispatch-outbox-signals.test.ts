/** What is overdue or parked is a domain event, a line of the log and a metric each. Alarms stand on these names. */
import { readFileSync } from 'node:fs';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { publish } from '../../lambdas/dispatch-outbox/intents/publish-event.ts';
import type { Settings } from '../../lambdas/dispatch-outbox/settings.ts';
import { raiseSignal, SIGNALS } from '../../lambdas/dispatch-outbox/signals.ts';
import { METRICS_NAMESPACE } from '../../lib/adapters/cloudwatch-metrics.ts';
import { escalateRequest } from '../../lib/domain/approval/escalate.ts';
import { expireRequest } from '../../lib/domain/approval/request.ts';
import type { Change } from '../../lib/domain/change/change.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { anApprovalCase, NOW, person } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';

const [cloudWatch, eventBridge] = [mockClient(CloudWatchClient), mockClient(EventBridgeClient)];
beforeEach(() => {
  for (const client of [cloudWatch, eventBridge]) client.reset();
  cloudWatch.on(PutMetricDataCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  vi.restoreAllMocks();
});

const counted = () => cloudWatch.commandCalls(PutMetricDataCommand).map(({ args }) => args[0].input);
const publishAgain = (detailType: string) =>
  publish(
    { kind: 'publish_event', detailType, detail: '{"releaseId":"r"}' },
    { settings: { bus: 'assay' } as Settings },
  );
const publishedBy = (change: Change | undefined) =>
  change?.intents.flatMap(({ intent }) => (intent.kind === 'publish_event' ? [intent.detailType] : []));

describe('what is overdue or parked (AP-11)', () => {
  it.each(Object.entries(SIGNALS))('is an event, a line and a metric: %s', async (event, told) => {
    const { log, level, metric } = told;
    const logged = vi.spyOn(logger, level).mockImplementation(() => undefined);

    await publishAgain(event);

    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([{ DetailType: event }]);
    expect(logged).toHaveBeenCalledWith(log, { detail: '{"releaseId":"r"}' });
    const names = 'alarm' in told ? [metric, told.alarm] : [metric];
    expect(counted()).toEqual(
      names.map((MetricName) => ({
        Namespace: METRICS_NAMESPACE,
        MetricData: [{ MetricName, Value: 1, Unit: 'Count' }],
      })),
    );
  });

  it('is nothing else', async () => {
    await publishAgain('Release Approved');
    await raiseSignal('constructor', {});

    expect(counted()).toEqual([]);
  });

  it('is what the acts publish: a request beyond its SLA, and one beyond its deadline', async () => {
    const scene = await anApprovalCase();
    const { release, request, policy, directory } = scene;
    const sla = plusMilliseconds(NOW, 4 * 3_600_000);
    const facts = { release, request, policy, directory, approvals: [], nextNonce: () => 'nonce-of-the-escalation' };

    expect(publishedBy(escalateRequest({ ...facts, now: sla }))).toEqual(['Approval Escalated']);
    // There is another risk owner, who was asked in another role.
    const grace = { ...facts, now: NOW, undelivered: person('grace') };
    expect(publishedBy(escalateRequest(grace))).toEqual(['Approval Escalated']);
    const unreached = { ...request, undelivered: [person('katherine')] };
    expect(publishedBy(escalateRequest({ ...grace, request: unreached }))).toEqual([
      'Approval Escalated',
      'Approver Unreachable',
    ]);
    expect(publishedBy(expireRequest(release, request, request.expiresAt))).toEqual(['Release Expired']);
  });

  it('has the names that docs/deploying.md says', () => {
    const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z][\w ]+)` \| `([a-z ]+)` \| `(\w+)` \|/gm)].map(([, ...names]) => names);

    expect(rows).toEqual(Object.entries(SIGNALS).map(([event, { log, metric }]) => [event, log, metric]));
  });
});
