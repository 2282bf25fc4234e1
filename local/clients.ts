/** The emulator keeps one account per twelve-digit access key and calls every other key by this number. */
export const localAccountId = '000000000000';
export const localRegion = 'us-east-1';

/** What every AWS client needs to speak to the emulator: any signature is good there. */
export function clientConfig(endpoint: string) {
  return { endpoint, region: localRegion, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
