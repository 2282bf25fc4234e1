/** A session of a role, as a pipeline has one. The tree has no client of STS, and one call needs none. */
export const assumeRole = async (endpoint: string, role: string, session = 'build-17') => {
  // The key of the root user: the emulator looks at no signature of it, in neither of its modes.
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0';
  const RoleArn = `arn:aws:iam::000000000000:role/${role}`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn, RoleSessionName: session }),
  });
  const text = await answer.text();
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
  ].map((name) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1]);
  if (sessionToken === '') throw new Error(`could not assume ${role}: ${answer.status} ${text}`);
  return { accessKeyId, secretAccessKey, sessionToken };
};
