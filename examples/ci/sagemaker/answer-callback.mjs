/**
 * Answers the callback step of a SageMaker pipeline once the release has an outcome. The step puts a message on a queue; until there is
 * an outcome the message goes back to it, and is read again after its visibility timeout. So nothing else has to be kept.
 */
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  SendPipelineExecutionStepFailureCommand,
  SendPipelineExecutionStepSuccessCommand,
} from '@aws-sdk/client-sagemaker';
import { SignatureV4 } from '@smithy/signature-v4';

const sagemaker = new SageMakerClient({});

/** A release is in production, was, or will not be: the words of docs/api.md. In any other state it goes on. */
const SUCCEEDED = ['production', 'superseded'];
const FAILED = ['rejected', 'expired', 'rolled_back', 'retired'];

export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId: itemIdentifier, body } of Records) {
    const { token, arguments: asked } = JSON.parse(body);
    if (!(await answer(token, asked))) batchItemFailures.push({ itemIdentifier });
  }
  return { batchItemFailures };
};

/** Whether the step has its answer. */
const answer = async (CallbackToken, asked) => {
  const releaseId = asked.release_id ?? (await releaseOf(asked.model_package_arn));
  const story = releaseId === undefined ? undefined : await read(releaseId);
  const { state, reasons = [], record_uri: recordUri = '' } = story?.release ?? {};
  if (SUCCEEDED.includes(state)) {
    const OutputParameters = Object.entries({ release_id: releaseId, state, record_uri: recordUri });
    await sagemaker.send(
      new SendPipelineExecutionStepSuccessCommand({
        CallbackToken,
        OutputParameters: OutputParameters.map(([Name, Value]) => ({ Name, Value })),
      }),
    );
  } else if (FAILED.includes(state)) {
    const why = reasons.map(({ explanation }) => explanation).join(' ');
    const FailureReason = `${releaseId} is ${state}. ${why}`.slice(0, 256);
    await sagemaker.send(new SendPipelineExecutionStepFailureCommand({ CallbackToken, FailureReason }));
  } else {
    return false;
  }
  return true;
};

/** Assay writes the id of the release to the package that it was registered as, once it has taken it in. */
const releaseOf = async (ModelPackageName) => {
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
  return found.CustomerMetadataProperties?.['gov.releaseId'];
};

/** Undefined while Assay does not know the release yet. */
const read = async (releaseId) => {
  const url = new URL(`/iam/v1/releases/${encodeURIComponent(releaseId)}`, process.env.ASSAY_URL);
  const { credentials, region, sha256 } = sagemaker.config;
  const signer = new SignatureV4({ credentials, region, sha256, service: 'execute-api', applyChecksum: false });
  const { protocol, hostname, pathname: path, host } = url;
  const { headers } = await signer.sign({ method: 'GET', protocol, hostname, path, query: {}, headers: { host } });
  const { host: _, ...sent } = headers;
  const response = await fetch(url, { headers: sent });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`Assay answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return response.json();
};
