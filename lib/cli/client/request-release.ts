import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ClientSettings } from './client-settings.ts';

type Place = { readonly bus: string; readonly source: string };

/** Puts a `Release Requested` event on the bus. PutEvents answers 200 even if it took none, so its count is read. */
export const requestRelease = async (
  manifest: unknown,
  { bus, source }: Place,
  settings: ClientSettings,
): Promise<void> => {
  const { FailedEntryCount, Entries } = await new EventBridgeClient(settings).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: source,
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
