import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ClientSettings } from './client-settings.ts';

/** Puts a `Release Requested` event on the bus. PutEvents answers 200 even if it took none, so its count is read. */
export const requestRelease = async (manifest: unknown, bus: string, settings: ClientSettings): Promise<void> => {
  const { FailedEntryCount, Entries } = await new EventBridgeClient(settings).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: 'assay.cli',
          DetailType: 'Release Requested',
          Detail: JSON.stringify({ manifest }),
        },
      ],
    }),
  );
  if (FailedEntryCount !== 0) {
    const { ErrorCode = 'no code', ErrorMessage = 'no reason given' } = Entries?.[0] ?? {};
    throw new Error(`could not request the release: the bus did not accept it (${ErrorCode}: ${ErrorMessage})`);
  }
};
