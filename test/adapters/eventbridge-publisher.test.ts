import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { publishEvent } from '../../lib/adapters/eventbridge-publisher.ts';
import { mockClient } from '../support/mock-client.ts';

const eventBridge = mockClient(EventBridgeClient);
beforeEach(() => eventBridge.reset());
const publish = () => publishEvent('assay-test', 'Release Approved', '{"releaseId":"credit-1"}');

describe('publishing a domain event', () => {
  it('puts it on the bus in the name of Assay', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });

    await publish();

    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
      Entries: [
        {
          EventBusName: 'assay-test',
          Source: 'assay',
          DetailType: 'Release Approved',
          Detail: '{"releaseId":"credit-1"}',
        },
      ],
    });
  });

  it.each([
    [{ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] }, 'ThrottlingException'],
    [{ FailedEntryCount: 1 }, 'no reason given'],
    [{}, 'no reason given'],
  ])('does not take 200 for an answer: %j', async (answer, why) => {
    eventBridge.on(PutEventsCommand).resolves(answer);

    await expect(publish()).rejects.toThrow(`could not publish Release Approved: ${why}`);
  });

  it('leaves an error to the caller', async () => {
    eventBridge.on(PutEventsCommand).rejects(new Error('socket hang up'));

    await expect(publish()).rejects.toThrow('socket hang up');
  });
});
