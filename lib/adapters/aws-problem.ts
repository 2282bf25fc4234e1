/** Why AWS could not be called or did not answer: the rest of a sentence that begins with the name of the resource. */
export const awsProblem = (cause: unknown): string => {
  if (!(cause instanceof Error)) throw cause;
  if (/^(CredentialsProvider|TokenProvider)Error$/.test(cause.name)) {
    return 'needs AWS credentials, and none are found here';
  }
  if (cause.message === 'Region is missing') return 'needs an AWS region: set AWS_REGION';
  const status = statusOf(cause);
  if (status === 404) return 'is not there';
  if (status === 403) return 'is not there, or may not be read with these credentials';
  return `could not be read: ${cause.name} ${cause.message}`;
};

const statusOf = (cause: Error): unknown => {
  const metadata: unknown = Reflect.get(cause, '$metadata');
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
};
