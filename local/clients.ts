/** The emulator treats a twelve-digit access key as an account of its own. Every other key belongs to this account. */
export const localAccountId = '000000000000';
export const localRegion = 'us-east-1';

/** What every AWS client needs to call the emulator, which accepts any signature. */
export function clientConfig(endpoint: string) {
  return { endpoint, region: localRegion, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
