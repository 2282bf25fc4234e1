/**
 * What the three checks of the entry point share. They judge the live configuration if it can be read, otherwise what
 * the submitter declared.
 */
import * as z from 'zod';
import type { DeploymentDescriptor } from '../../evidence/deployment-descriptor.ts';
import type { EndpointConfiguration } from '../../evidence/live-endpoint.ts';
import type { StageEvidence, Verdict } from '../check.ts';
import { type Finding, finding, judgeFurther } from '../finding.ts';

/** What a policy may set for each of the three checks. */
export const endpointParameters = {
  /** Whether a declaration is not enough: the live configuration must be readable. */
  require_verified: z.boolean().default(false),
};

type EndpointEvidence = Pick<StageEvidence, 'manifest' | 'deploymentDescriptor' | 'liveEndpoint'>;
type Question = {
  readonly threshold: string;
  readonly requireVerified: boolean;
  /** What the live configuration says, and what is wrong with it. */
  readonly verified: (configuration: EndpointConfiguration) => Answer;
  /** The same for what the descriptor says. */
  readonly attested: (descriptor: DeploymentDescriptor) => Answer;
};
export type Answer =
  | { readonly measured: string; readonly wrong?: string }
  /** The descriptor, or the service, says nothing about it. */
  | { readonly missing: string };

/**
 * Establishes how the entry point is configured: `verified` if the service reports it now, `attested` if only the
 * descriptor says so.
 */
export const judgeEndpoint = (
  { manifest, deploymentDescriptor, liveEndpoint }: EndpointEvidence,
  question: Question,
): Verdict => {
  const { threshold } = question;
  const subject = { name: 'deployment descriptor', field: 'deployment_descriptor', threshold } as const;
  const verdict = judgeFurther(deploymentDescriptor, subject, (descriptor) => {
    const { endpoint_name: served } = manifest.deployment;
    const described = endpointsIn(descriptor).find((name) => name.toLowerCase() !== served.toLowerCase());
    if (described !== undefined) {
      const explanation = `The deployment descriptor is about endpoint ${described}; this release goes to ${served}. Describe that endpoint.`;
      return finding('failed', 'another endpoint', threshold, explanation);
    }
    if (liveEndpoint === undefined) return judgeAttested(question.attested(descriptor), question);
    if (liveEndpoint.kind === 'unreadable') {
      const explanation = `The configuration of ${liveEndpoint.arn} could not be read: ${liveEndpoint.problem}. Correct entry_point.arn of the descriptor, or let Assay read it.`;
      return finding('error', 'unreadable', threshold, explanation);
    }
    return judgeVerified(liveEndpoint.arn, question.verified(liveEndpoint.configuration), threshold);
  });
  return liveEndpoint?.kind === 'read' ? { ...verdict, knownBy: 'verified' } : verdict;
};

/**
 * The endpoints that a descriptor names: in `endpoint_name`, and in the ARN of a SageMaker endpoint, which is in lower
 * case.
 */
const endpointsIn = ({ endpoint_name: name, entry_point: { arn = '' } }: DeploymentDescriptor): string[] => [
  name,
  arn.split(':endpoint/')[1] ?? name,
];

const judgeVerified = (arn: string, answer: Answer, threshold: string): Finding => {
  if ('missing' in answer) return finding('failed', 'not configured', threshold, `${arn}: ${answer.missing}`);
  const measured = `${answer.measured} (verified)`;
  return answer.wrong === undefined
    ? finding('passed', measured, threshold, `${arn} is configured like this now: ${answer.measured}.`)
    : finding('failed', measured, threshold, `${arn}: ${answer.wrong}`);
};

const judgeAttested = (answer: Answer, { threshold, requireVerified }: Question): Finding => {
  if ('missing' in answer) return finding('not_provided', 'nothing', threshold, answer.missing);
  const measured = `${answer.measured} (attested)`;
  if (answer.wrong !== undefined) return finding('failed', measured, threshold, answer.wrong);
  const word = `The deployment descriptor says ${answer.measured}; this was not verified.`;
  return requireVerified
    ? finding(
        'inconclusive',
        measured,
        threshold,
        `${word} The policy requires verification: name the API or the endpoint in entry_point.arn of the descriptor.`,
      )
    : finding('passed', measured, threshold, word);
};
