/** The key of the links in the hands of an attacker: the links that a compromised notifier could make. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { buildLink, type LinkPayload } from '../../../lib/domain/approval/link.ts';
import { clientConfig } from '../../../local/clients.ts';
import { LOCAL_CONTEXT } from '../../../local/synth.ts';
import { endpoints } from './world.ts';

const config = clientConfig(endpoints.awsEndpoint);

/** A genuine link for whomever the payload names, invited or not. */
export const genuineLink = async (payload: LinkPayload): Promise<string> => {
  const { Stacks = [] } = await new CloudFormationClient(config).send(
    new DescribeStacksCommand({ StackName: `assay-${LOCAL_CONTEXT.environment}` }),
  );
  const KeyId = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'LinkKeyArn')?.OutputValue;
  const generate = async (Message: Uint8Array): Promise<Uint8Array> => {
    const mac = await new KMSClient(config).send(
      new GenerateMacCommand({ KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' }),
    );
    return mac.Mac ?? Buffer.alloc(0);
  };
  return `${endpoints.publicBaseUrl}/a/${await buildLink(payload, { generate })}`;
};
