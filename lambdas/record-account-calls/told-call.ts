import * as z from 'zod';
import { Instant } from '../../lib/domain/identifiers.ts';
import type { Caller, ToldCall } from '../../lib/domain/monitoring/account-call.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { findByName, findByPrincipal } from '../../lib/domain/policy/identities.ts';
import { principalOf } from '../../lib/domain/policy/principal.ts';

const Text = z.string().max(2048).catch('');
/** CloudTrail leaves members out, and writes `null` where a call has no parameters: only what is needed of them is read. */
const Parameters = z.object({
  ...{ roleName: Text, policyArn: Text, policyName: Text, permissionsBoundary: Text, bucketName: Text },
  ...{ functionName: Text, resourceArn: Text, eventBusName: Text, keyId: Text },
});
const Identity = z.object({
  ...{ type: Text, arn: Text, principalId: Text, invokedBy: Text },
  sessionContext: z
    .object({ sessionIssuer: z.object({ arn: Text }).catch({ arn: '' }), sourceIdentity: Text })
    .catch({ sessionIssuer: { arn: '' }, sourceIdentity: '' }),
});

/** An event of CloudTrail, as EventBridge brings it. Its rules have chosen what of, and by whom. */
export const CloudTrailCall = z.object({
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  source: z.string().startsWith('aws.').max(64),
  detail: z.object({
    eventID: z.string().regex(/^[0-9a-fA-F-]{36}$/),
    eventName: z.string().min(1).max(128),
    eventTime: z.iso.datetime().transform((time) => Instant.parse(new Date(time).toISOString())),
    awsRegion: z.string().max(64),
    userIdentity: Identity,
    requestParameters: Parameters.catch(Parameters.parse({})),
    resources: z.array(z.object({ ARN: Text })).catch([]),
  }),
});
type CloudTrailCall = z.output<typeof CloudTrailCall>;

export const toldCall = ({ source, detail }: CloudTrailCall, directory: DirectoryRecord): ToldCall => {
  const { requestParameters: asked, resources } = detail;
  const policies = [asked.policyName, asked.policyArn, asked.permissionsBoundary].filter((name) => name !== '');
  const named = [
    ...[asked.roleName, asked.bucketName, asked.functionName, asked.resourceArn, asked.eventBusName],
    ...[...resources.map(({ ARN }) => ARN), asked.keyId, asked.policyArn],
  ];
  return {
    eventId: detail.eventID.toLowerCase(),
    call: `${source.replace('aws.', '')}:${detail.eventName}`,
    resource: named.find((name) => name !== '') ?? '',
    policy: policies.join(' '),
    region: detail.awsRegion,
    at: detail.eventTime,
    caller: callerOf(detail.userIdentity, directory),
  };
};

/**
 * The id of the person or machine of the directory; of others the role, or the ID that IAM gave. The name of a user or of a session is
 * often that of a person, or an address, and stays out of the ledger.
 */
const callerOf = (
  { type, arn, principalId, invokedBy, sessionContext }: CloudTrailCall['detail']['userIdentity'],
  directory: DirectoryRecord,
): Caller => {
  const { sourceIdentity, sessionIssuer } = sessionContext;
  const known = findByName(directory, sourceIdentity) ?? (arn === '' ? undefined : findByPrincipal(directory, arn));
  const role = sessionIssuer.arn === '' ? '' : principalOf(sessionIssuer.arn);
  const [unnamed = ''] = principalId.split(':');
  return { kind: type, id: known?.id ?? (role || unnamed || invokedBy), through: invokedBy };
};
