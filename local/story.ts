/** Takes one release after the other from event to production and back, through the doors of people and pipelines. */
import { rm } from 'node:fs/promises';
import { type CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import type { ReleaseManifest } from '../lib/domain/release/manifest.ts';
import { approveInBrowser } from './approver.ts';
import { type ExampleVersion, registerLikeAPipeline } from './example.ts';
import type { PastAssay } from './past-assay.ts';
import { until } from './ports.ts';
import { foundAndSwitchedBack, provenUntrusted, renewedUnchanged } from './story-past-assay.ts';

export type Step = { readonly step: string; readonly outcome: string; readonly seconds: number };

/** Runs the command line, as this user if it matters who asks, and answers what it prints. */
export type Assay = (words: readonly string[], user?: string) => Promise<string>;

/** Where the story plays: on a local AWS, or in an account. */
export type Scene = {
  /** The model that is released, and the part of the names of alarms that is its deployment's. */
  readonly modelName: string;
  readonly environment: string;
  readonly manifestFile: (version: ExampleVersion) => string;
  readonly manifest: (version: ExampleVersion) => Promise<ReleaseManifest>;
  readonly publicBaseUrl: string;
  /** Of somebody who may request releases. */
  readonly token: () => Promise<string>;
  readonly assay: Assay;
  /** The links in the mails about a version, by the ids of people: all of these were asked. */
  readonly links: (version: ExampleVersion, asked: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Has a person approve a version in Slack, and answers what the message says then. Absent where there is no Slack. */
  readonly approveInSlack?: (person: string, version: ExampleVersion) => Promise<string>;
  readonly cloudwatch: CloudWatchClient;
  /** Registers packages as a pipeline does. */
  readonly sagemaker: SageMakerClient;
  /** What goes wrong past Assay. Absent where it would harm others. */
  readonly past?: PastAssay;
  /** How many rows the table has, if the ledger alone makes each of them again; or why nothing is compared. */
  readonly rowsAsInLedger: (() => Promise<number>) | { readonly whyNot: string };
  /** Where the ledger is pulled to, and the file of the key that verifies it. */
  readonly ledger: string;
  readonly logKey: string;
  /** The longest that a release may take from one state to the next. */
  readonly waitMs: number;
};

type Audience = {
  /** What is under way now. */
  readonly onBegin: (step: string) => void;
  readonly onStep: (step: Step) => void;
};

/** Plays one step and reports how long it took. A step that fails reports what it saw. */
export const storyteller = (scene: Scene, { onBegin, onStep }: Audience) => {
  const { modelName, assay } = scene;
  const api = apiClient(scene);
  const play = async (step: string, run: () => Promise<string>): Promise<void> => {
    onBegin(step);
    const started = performance.now();
    const outcome = await run();
    onStep({ step, outcome, seconds: Math.round(performance.now() - started) / 1000 });
  };
  const releaseIn = stateReader(scene, api);
  const awaitMails = mailReader(scene, api);

  return {
    refuseUnfair: () =>
      play('1.0.0 is requested by an event', async () => {
        const printed = await assay(['submit', scene.manifestFile('1.0.0')]);
        if (!printed.includes(`${modelName}-1.0.0`)) throw new Error(`assay submit printed ${printed}`);
        const { release } = await releaseIn('1.0.0', ['rejected', 'validated']);
        const unfair = release.reasons.find((reason) => reason.rule === 'disparate_impact_ratio_above_minimum');
        if (release.state !== 'rejected' || unfair === undefined) throw new Error(`1.0.0 is ${release.state}`);
        return `refused for fairness, ${unfair.explanation.replace(/^failed: /, '')}`;
      }),
    registerPackage: () =>
      play('1.1.0 is registered by a pipeline', async () => {
        await registerLikeAPipeline(scene.sagemaker, await scene.manifest('1.1.0'));
        const { release } = await releaseIn('1.1.0', ['validated', 'rejected']);
        if (release.state !== 'validated') throw new Error(release.reasons.map((why) => why.explanation).join('; '));
        return release.state;
      }),
    postManifest: () =>
      play('1.2.0 is posted to the API', async () => {
        await api.post('/v1/releases', await scene.manifest('1.2.0'));
        return (await releaseIn('1.2.0', ['validated'])).release.state;
      }),
    awaitMails: async (version: ExampleVersion) => {
      onBegin(`waiting for the mails about ${version}`);
      return awaitMails(version);
    },
    approve: (version: ExampleVersion, { inSlack = false } = {}) =>
      play(`${version} is shown to two people`, async () =>
        approveByTwo(
          { ...scene, ...(inSlack ? {} : { approveInSlack: undefined }) },
          await awaitMails(version),
          version,
        ),
      ),
    awaitProduction: (version: ExampleVersion) =>
      play(`${version} is promoted`, async () => `in ${(await releaseIn(version, ['production'])).release.state}`),
    alarm: () =>
      play('an alarm rolls 1.2.0 back to 1.1.0', async () => {
        await soundAlarm(scene);
        await releaseIn('1.2.0', ['rolled_back']);
        return `1.1.0 is in ${(await releaseIn('1.1.0', ['production'])).release.state}`;
      }),
    releaseHold: () => play('two operators release the hold that the rollback brought', () => releaseByTwo(scene)),
    /** What goes past Assay is found; what has not changed is renewed. */
    goPast: async (past: PastAssay) => {
      await play('somebody points the endpoint to another model', () => foundAndSwitchedBack(scene, past));
      await play('somebody deploys checks that fail nothing', () => provenUntrusted(scene, past));
      await play('the approval of 1.1.0 is renewed 80 days later', () => renewedUnchanged(scene, past));
    },
    verifyLedger: () => play('the ledger is pulled and verified without AWS', () => pullAndVerify(scene)),
    compareTable: () =>
      play('the table is compared with the ledger', async () => {
        const { rowsAsInLedger: rows } = scene;
        if (typeof rows !== 'function') return `not here: ${rows.whyNot}`;
        return `the ledger alone makes all ${await rows()} rows again`;
      }),
  };
};

/** The story from its beginning to its end. */
export const playWhole = async (story: ReturnType<typeof storyteller>, past?: PastAssay): Promise<void> => {
  await story.refuseUnfair();
  await story.registerPackage();
  await story.approve('1.1.0');
  await story.awaitProduction('1.1.0');
  await story.postManifest();
  await story.approve('1.2.0', { inSlack: true });
  await story.awaitProduction('1.2.0');
  await story.alarm();
  await story.releaseHold();
  if (past !== undefined) await story.goPast(past);
  await story.verifyLedger();
  await story.compareTable();
};

async function pullAndVerify({ assay, ledger, logKey }: Scene): Promise<string> {
  await rm(ledger, { recursive: true, force: true });
  await assay(['audit', 'pull', ledger]);
  const report = await assay(['audit', 'verify', ledger, '--key', logKey]);
  const lines = report.split('\n');
  const decisions = lines.find((line) => /^\d+ decisions? signed/.test(line)) ?? '';
  return `${lines.at(-1) ?? ''}; ${decisions}`;
}

/** Until both have agreed, nothing of the model would be promoted. */
async function releaseByTwo({ assay, modelName }: Scene): Promise<string> {
  const held = await assay(['holds', 'list']);
  if (!held.includes(`rollback-${modelName}-2`)) throw new Error(`assay holds list printed ${held}`);
  for (const operator of ['omar.haddad', 'olga.brandt']) {
    const why = ['--reason', 'the cause was found', '--incident', 'INC-1'];
    await assay(['holds', 'release', modelName, ...why], operator);
  }
  return assay(['holds', 'list']);
}

const ReleaseView = z.object({
  release: z.object({ state: z.string(), reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })) }),
  approval_request: z.object({ waits_for: z.array(z.object({ asked: z.array(z.string()) })) }).optional(),
});
const Refusals = z.object({ refusals: z.array(z.object({ claimed_release_id: z.string(), message: z.string() })) });
type ReleaseView = z.infer<typeof ReleaseView>;

const apiClient = ({ publicBaseUrl, token }: Scene) => {
  const call = async (path: string, init: RequestInit = {}) =>
    fetch(`${publicBaseUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
    });
  return {
    release: async (releaseId: string): Promise<ReleaseView | undefined> => {
      const answer = await call(`/v1/releases/${releaseId}`);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
      return ReleaseView.parse(await answer.json());
    },
    /** Why requests under this id were refused. */
    refusalsOf: async (releaseId: string): Promise<string[]> => {
      const { refusals } = Refusals.parse(await (await call('/v1/refusals')).json());
      return refusals.filter((one) => one.claimed_release_id === releaseId).map(({ message }) => message);
    },
    post: async (path: string, body: unknown): Promise<void> => {
      const answer = await call(path, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
    },
  };
};

type Api = ReturnType<typeof apiClient>;

/** Waits for a release to be in one of these states, or says in which it is, and why. */
const stateReader =
  ({ modelName, waitMs }: Scene, api: Api) =>
  async (version: ExampleVersion, states: readonly string[]): Promise<ReleaseView> => {
    const releaseId = `${modelName}-${version}`;
    let seen: ReleaseView | undefined;
    const isThere = await until(async () => {
      seen = await api.release(releaseId);
      return seen !== undefined && states.includes(seen.release.state);
    }, waitMs);
    if (isThere && seen !== undefined) return seen;
    const reasons = seen?.release.reasons.map((reason) => reason.explanation) ?? (await api.refusalsOf(releaseId));
    const state = seen?.release.state ?? 'not there';
    throw new Error(`${version} is ${state}, expected ${states.join(' or ')}. ${reasons.join('; ')}`);
  };

/** The links of everybody who is asked, once it is known who is. */
export const mailReader =
  ({ modelName, links, waitMs }: Pick<Scene, 'modelName' | 'links' | 'waitMs'>, api: Pick<Api, 'release'>) =>
  async (version: ExampleVersion): Promise<ReadonlyMap<string, string>> => {
    let asked: readonly string[] = [];
    const areKnown = await until(async () => {
      const request = (await api.release(`${modelName}-${version}`))?.approval_request;
      asked = [...new Set(request?.waits_for.flatMap((role) => role.asked))];
      return asked.length > 0;
    }, waitMs);
    if (!areKnown) throw new Error(`nobody is asked to approve ${version}`);
    return links(version, asked);
  };

/** An ml_lead and a risk_owner. */
export const APPROVERS = ['ana.silva', 'ruth.meyer'] as const;

type Approving = { readonly modelName: string; readonly approveInSlack?: Scene['approveInSlack'] | undefined };

/** Two people approve in two roles, the second one in Slack if there is a way. */
async function approveByTwo(
  { modelName, approveInSlack }: Approving,
  links: ReadonlyMap<string, string>,
  version: ExampleVersion,
): Promise<string> {
  const [first, second] = APPROVERS;
  await approveByLink(links, first, version);
  if (approveInSlack === undefined) {
    await approveByLink(links, second, version);
    return `approved by ${first} and ${second}, by their links`;
  }
  const told = await approveInSlack(second, version);
  if (!told.includes(`approved ${modelName} ${version}`)) throw new Error(`Slack told ${second}: ${told}`);
  return `approved by ${first}, by a link, and by ${second}, in Slack`;
}

async function approveByLink(
  links: ReadonlyMap<string, string>,
  person: string,
  version: ExampleVersion,
): Promise<void> {
  const { status, page } = await approveInBrowser(links.get(person) ?? '', version);
  if (status !== 200) throw new Error(`the page answered ${person} with ${status}: ${page.slice(0, 2000)}`);
}

/** The alarm of a model's endpoint whose sound rolls the model back. */
export const alarmName = ({ environment, modelName }: Pick<Scene, 'environment' | 'modelName'>): string =>
  `assay/${environment}/${modelName}/error-rate`;

async function soundAlarm(scene: Scene): Promise<void> {
  const { cloudwatch, modelName } = scene;
  const AlarmName = alarmName(scene);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Dimensions: [{ Name: 'EndpointName', Value: modelName }],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0.05,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'quiet' }));
  // The relay polls once a second, and notices a change only if it has seen the OK state before.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const StateReason = 'error rate 0.07 is above 0.05';
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason }));
}
