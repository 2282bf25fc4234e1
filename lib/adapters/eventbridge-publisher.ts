import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const eventBridge = new EventBridgeClient({});

/** Publishes one domain event on the Assay bus. PutEvents answers 200 even if it took none, so the count is read. */
export const publishEvent = async (bus: string, detailType: string, detail: string): Promise<void> => {
  const answer = await eventBridge.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: bus, Source: 'assay', DetailType: detailType, Detail: detail }],
    }),
  );
  if (answer.FailedEntryCount !== 0) {
    throw new Error(`could not publish ${detailType}: ${answer.Entries?.[0]?.ErrorCode ?? 'no reason given'}`);
  }
};
