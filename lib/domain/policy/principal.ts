/**
 * The role or user that an ARN of AWS is about, without path and session: the ARN of a session has no path, and a name is
 * unique in its account.
 */
export const principalOf = (arn: string): string => {
  const [prefix, partition, , region, account, resource = ''] = arn.split(':');
  const [kind = '', ...names] = resource.split('/');
  const what = kind === 'assumed-role' ? `role/${names[0]}` : `${kind}/${names.at(-1)}`;
  return [prefix, partition, 'iam', region, account, what].join(':');
};
