import { awsEventDelivery } from './aws-events.ts';
import { localAccountId, localRegion } from './clients.ts';
import { closeInReverse, type Stop } from './closing.ts';
import { type Ministack, startMinistack } from './ministack.ts';
import { freePort, isListening } from './ports.ts';
import { LocalProblem } from './problem.ts';
import { type ProxyOptions, startProxy } from './proxy.ts';
import { startAlarmRelay } from './relay.ts';
import type { Settings } from './sagemaker/operation.ts';
import { startSageMaker } from './sagemaker/server.ts';
import { keepSecrets, type SlackSecrets } from './slack/secrets.ts';
import { startSlack } from './slack/server.ts';
import type { Member } from './slack/workspace.ts';
import { ensureVenv, type Progress } from './venv.ts';

export interface LocalAwsOptions {
  /** The root of the project. */
  readonly root: string;
  /** Port 0 chooses a free one. */
  readonly port: number;
  readonly sagemakerPort: number;
  readonly publicPort: number;
  readonly slackPort: number;
  /** Where temporary files and the log go, inside the project; `.local` by default. */
  readonly home?: string;
  /** More settings for the emulator, which every Lambda inherits. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly sagemaker?: Partial<Settings>;
  /** How long Slack waits; its own three seconds if this is not said. */
  readonly slackPatienceMs?: number;
  readonly onProgress?: Progress;
}

/** The stand-in of Slack, and where the emulator keeps its two secrets. */
export interface LocalSlack {
  readonly endpoint: string;
  readonly secrets: SlackSecrets;
  join(members: readonly Member[]): void;
}

export interface LocalAws {
  readonly awsEndpoint: string;
  readonly sagemakerEndpoint: string;
  /** Known from the start, because links in mails are made with it. It answers only after `openDoors`. */
  readonly publicBaseUrl: string;
  readonly region: string;
  readonly accountId: string;
  readonly logFile: string;
  readonly slack: LocalSlack;
  openDoors(options: Pick<ProxyOptions, 'apiId' | 'doors' | 'people'>): Promise<void>;
  /** What is to happen first when it stops, whether by `stop` or by a signal. */
  beforeStop(stop: Stop): void;
  /** Ends every process and listener; calling it again does nothing more. */
  stop(): Promise<void>;
}

/** Starts the emulator, the stand-ins of SageMaker and Slack, and the alarm relay. If one fails, those already started are stopped. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { root, onProgress = () => undefined } = options;
  const closing = closeInReverse(() => onProgress('the local AWS has ended'));
  try {
    const python = await ensureVenv(root, onProgress);
    const port = options.port || (await freePort());
    const publicPort = options.publicPort || (await freePort());
    await refuseTakenPublicPort(publicPort);

    const awsEndpoint = `http://127.0.0.1:${port}`;
    const putEvent = awsEventDelivery(awsEndpoint);
    const onProblem = (problem: unknown) => onProgress(`an event of AWS was not delivered: ${problem}`);
    const sagemaker = await startSageMaker({
      port: options.sagemakerPort,
      putEvent,
      onProblem,
      settings: options.sagemaker ?? {},
    });
    closing.add(() => sagemaker.stop());

    const slack = await startSlack({
      port: options.slackPort,
      requestUrl: `http://127.0.0.1:${publicPort}/slack/interactions`,
      ...(options.slackPatienceMs === undefined ? {} : { patienceMs: options.slackPatienceMs }),
    });
    closing.add(() => slack.stop());

    onProgress(`starting MiniStack on port ${port}`);
    const ministack = await startMinistack({
      root,
      port,
      python,
      ...(options.home === undefined ? {} : { home: options.home }),
      environment: {
        AWS_ENDPOINT_URL_SAGEMAKER: sagemaker.endpoint,
        SLACK_API_URL: slack.apiUrl,
        ...options.environment,
      },
    });
    closing.add(() => ministack.stop());
    const relay = startAlarmRelay({ endpoint: awsEndpoint, putEvent, onProblem });
    closing.add(() => relay.stop());
    const secrets = await keepSecrets(awsEndpoint, slack);
    return {
      ...describe(ministack, sagemaker.endpoint, publicPort),
      slack: { endpoint: slack.endpoint, secrets, join: (members) => slack.workspace.join(members) },
      openDoors: async (doors) => {
        const proxy = await startProxy({ port: publicPort, endpoint: awsEndpoint, slack, ...doors });
        closing.add(() => proxy.stop());
      },
      beforeStop: (stop) => closing.add(stop),
      stop: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

function describe(ministack: Ministack, sagemakerEndpoint: string, publicPort: number) {
  return {
    awsEndpoint: ministack.endpoint,
    sagemakerEndpoint,
    // Browsers keep passkeys for names, never for addresses.
    publicBaseUrl: `http://localhost:${publicPort}`,
    region: localRegion,
    accountId: localAccountId,
    logFile: ministack.logFile,
  };
}

/** The proxy starts last, but the user should learn at once that its port is taken. */
async function refuseTakenPublicPort(port: number): Promise<void> {
  if (!(await isListening(port))) return;
  throw new LocalProblem(
    `Port ${port} of 127.0.0.1 is taken: end that program, or choose another port with ASSAY_PUBLIC_PORT=<port>.`,
  );
}
