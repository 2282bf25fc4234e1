import { mockClient as mock } from 'aws-sdk-client-mock';
import { afterAll } from 'vitest';

/** Mocks an AWS client for the tests of one file: the class is loaded once for all files of a worker. */
export const mockClient: typeof mock = (client, options) => {
  const mocked = mock(client, options);
  afterAll(() => mocked.restore());
  return mocked;
};
