import { describe, expect, it } from 'vitest';
import { isPassing, leaveOutValues } from '../../lib/adapters/aws-error.ts';

const anError = (trouble: object) => Object.assign(new Error('no'), trouble);

describe('an error of a service', () => {
  it.each([
    { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
    { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } },
    { name: 'TooManyRequestsException', $metadata: {} },
    { name: 'SlowDown', $metadata: { httpStatusCode: 503 } },
    { name: 'Unheard', $metadata: { httpStatusCode: 429 } },
    { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } },
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }] },
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ProvisionedThroughputExceeded' }, {}] },
    { name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } },
    { name: 'TimeoutError' },
    { name: 'Error', code: 'ECONNRESET' },
  ])('passes: %j', (trouble) => {
    expect(isPassing(anError(trouble))).toBe(true);
  });

  it.each([
    { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } },
    { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } },
    { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } },
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ValidationError' }, { Code: 'None' }] },
    { name: 'TypeError' },
    { name: 'Error', code: 'ENOENT' },
    { name: 'AbortError' },
  ])('will be the same again: %j', (trouble) => {
    expect(isPassing(anError(trouble))).toBe(false);
  });

  it('is an error at all', () => {
    expect(isPassing({ name: 'ThrottlingException' })).toBe(false);
  });
});

describe('an answer without words', () => {
  const said = (trouble: object, message = 'UnknownError') => {
    const error = Object.assign(new Error(message), trouble);
    leaveOutValues(error);
    return [error.message, error.stack?.split('\n')[0]?.split(': ')[1]];
  };

  it('is told by its status, which the log would not have', () => {
    const told = 'the service answered 500 and gave no reason';

    expect(said({ name: 'Unknown', $metadata: { httpStatusCode: 500 } })).toEqual([told, told]);
  });

  it('is no other one', () => {
    expect(said({ $metadata: { httpStatusCode: 500 } }, 'no room')[0]).toBe('no room');
    expect(said({})[0]).toBe('UnknownError');
  });
});
