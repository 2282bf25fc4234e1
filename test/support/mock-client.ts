/** Mocks AWS clients by their class, which all files of a worker share: each mock is removed again. */
import { mockClient as mock } from 'aws-sdk-client-mock';
import { afterAll, onTestFinished } from 'vitest';

/** For all tests of a file. */
export const mockClient: typeof mock = (client, options) => {
  const mocked = mock(client, options);
  afterAll(() => mocked.restore());
  return mocked;
};

/** For the test that calls it. */
export const mockClientInTest: typeof mock = (client, options) => {
  const mocked = mock(client, options);
  onTestFinished(() => mocked.restore());
  return mocked;
};
