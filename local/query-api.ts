/** Calls of SNS and SQS on the local AWS, for which the project has no client: it takes any signature. */
const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

export const callSns = async (endpoint: string, Action: string, input: Record<string, string>): Promise<string> => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: authorization('sns') },
    body: new URLSearchParams({ Action, Version: '2010-03-31', ...input }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${Action}: ${answer.status} ${text}`);
  return text;
};

export const callSqs = async <Answer extends object>(
  endpoint: string,
  action: string,
  input: object,
): Promise<Answer> => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: authorization('sqs'),
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
};
