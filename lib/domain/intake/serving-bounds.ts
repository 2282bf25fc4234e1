import type { Violation } from '../refusal.ts';
import type { Deployment, ServingBounds } from '../release/deployment.ts';

/**
 * Names what a manifest asks for that the roles of this deployment have no right to. SageMaker would find out when the
 * endpoint is made, after people have approved.
 */
export const boundsViolations = (
  { vpc, kms_key_id: key, data_capture: capture }: Deployment,
  bounds: ServingBounds | undefined,
): Violation[] => {
  if (bounds === undefined) return [];
  const { keys, capture_uris: uris } = bounds;
  const isAllowed = (asked: string | undefined) => asked === undefined || keys.some((known) => isSameKey(asked, known));
  return [
    ...(vpc === undefined || bounds.vpc
      ? []
      : [violation('vpc', 'needs rights that the role of endpoints does not have: servingVpcIds gives them')]),
    ...(isAllowed(key) ? [] : [violation('kms_key_id', `${key} ${UNKNOWN_KEY}`)]),
    ...(isAllowed(capture?.kms_key_id)
      ? []
      : [violation('data_capture.kms_key_id', `${capture?.kms_key_id} ${UNKNOWN_KEY}`)]),
    ...(capture === undefined || uris === undefined || uris.some((uri) => isBelow(capture.destination_s3_uri, uri))
      ? []
      : [
          violation(
            'data_capture.destination_s3_uri',
            `${capture.destination_s3_uri} is below no URI of captureUris, so the role of endpoints may not write there`,
          ),
        ]),
  ];
};

const UNKNOWN_KEY = 'is no key of servingKeyArns, so SageMaker may not use it';

const violation = (field: string, problem: string): Violation => ({ field: `deployment.${field}`, problem });

/** A key is named by its ARN or by its id, which counts in the account and region of the deployment. */
const isSameKey = (asked: string, known: string): boolean =>
  isArn(asked) && isArn(known) ? asked === known : asked.split('/').at(-1) === known.split('/').at(-1);
const isArn = (key: string): boolean => key.startsWith('arn:');

const isBelow = (uri: string, above: string): boolean => `${uri}/`.startsWith(`${above.replace(/\/+$/, '')}/`);
