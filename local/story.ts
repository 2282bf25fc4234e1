/** Takes one release after the other from event to production and back, through the doors of people and pipelines. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { approvalLink, approvalMails, approveInBrowser } from './approver.ts';
import { clientConfig } from './clients.ts';
import { initiateAuth } from './cognito.ts';
import type { LocalEndpoints } from './endpoints.ts';
import { type ExampleVersion, exampleManifest, manifestFile, registerLikeAPipeline } from './example.ts';
import { until } from './ports.ts';
import { readGovernance, storySetup } from './setup.ts';
import { LOCAL_CONTEXT } from './synth.ts';

export type Step = { readonly step: string; readonly outcome: string; readonly seconds: number };

type Stage = {
  readonly root: string;
  readonly home: string;
  readonly endpoints: LocalEndpoints;
  /** What is under way now. */
  readonly onBegin: (step: string) => void;
  readonly onStep: (step: Step) => void;
};

const MODEL = 'hmda-mortgage';
const WAIT_MS = 90_000;

/** Plays one step and reports how long it took. A step that fails reports what it saw. */
export const storyteller = ({ root, home, endpoints, onBegin, onStep }: Stage) => {
  const api = apiClient(endpoints);
  const play = async (step: string, run: () => Promise<string>): Promise<void> => {
    onBegin(step);
    const started = performance.now();
    const outcome = await run();
    onStep({ step, outcome, seconds: Math.round(performance.now() - started) / 1000 });
  };
  const assay = commandLine(root, home);
  const releaseIn = stateReader(api);
  const awaitMails = mailReader({ root, endpoints, api });

  return {
    refuseUnfair: () =>
      play('1.0.0 is requested by an event', async () => {
        const printed = await assay(['submit', manifestFile(root, '1.0.0')]);
        if (!printed.includes(`${MODEL}-1.0.0`)) throw new Error(`assay submit printed ${printed}`);
        const { release } = await releaseIn('1.0.0', ['rejected', 'validated']);
        const unfair = release.reasons.find((reason) => reason.rule === 'disparate_impact_ratio_above_minimum');
        if (release.state !== 'rejected' || unfair === undefined) throw new Error(`1.0.0 is ${release.state}`);
        return `refused for fairness, ${unfair.explanation.replace(/^failed: /, '')}`;
      }),
    registerPackage: () =>
      play('1.1.0 is registered by a pipeline', async () => {
        await registerLikeAPipeline(endpoints.sagemakerEndpoint, await exampleManifest(root, '1.1.0'));
        const { release } = await releaseIn('1.1.0', ['validated', 'rejected']);
        if (release.state !== 'validated') throw new Error(release.reasons.map((why) => why.explanation).join('; '));
        return release.state;
      }),
    postManifest: () =>
      play('1.2.0 is posted to the API', async () => {
        await api.post('/v1/releases', await exampleManifest(root, '1.2.0'));
        return (await releaseIn('1.2.0', ['validated'])).release.state;
      }),
    awaitMails: async (version: ExampleVersion) => {
      onBegin(`waiting for the mails about ${version}`);
      return awaitMails(version);
    },
    approve: (version: ExampleVersion) =>
      play(`${version} is shown to two people by their links`, async () => {
        const people = await approveByTwo(await awaitMails(version), version);
        return `approved by ${people.join(' and ')}`;
      }),
    awaitProduction: (version: ExampleVersion) =>
      play(`${version} is promoted`, async () => `in ${(await releaseIn(version, ['production'])).release.state}`),
    alarm: () =>
      play('an alarm rolls 1.2.0 back to 1.1.0', async () => {
        await soundAlarm(endpoints);
        await releaseIn('1.2.0', ['rolled_back']);
        return `1.1.0 is in ${(await releaseIn('1.1.0', ['production'])).release.state}`;
      }),
    releaseHold: () => play('two operators release the hold that the rollback brought', () => releaseByTwo(assay)),
    verifyLedger: () =>
      play('the ledger is pulled and verified without AWS', async () => {
        const folder = join(home, 'ledger');
        await rm(folder, { recursive: true, force: true });
        await assay(['audit', 'pull', folder]);
        const report = await assay(['audit', 'verify', folder, '--key', join(folder, 'log.pub')]);
        const lines = report.split('\n');
        const decisions = lines.find((line) => /^\d+ decisions? signed/.test(line)) ?? '';
        return `${lines.at(-1) ?? ''}; ${decisions}`;
      }),
  };
};

type Assay = (words: readonly string[], user?: string) => Promise<string>;

/** Runs the command line, as this user if it matters who asks. */
const commandLine =
  (root: string, home: string): Assay =>
  async (words, user) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin/assay.js'), ...words], {
      cwd: root,
      // Nothing else from the user's environment, which may name another deployment.
      env: { PATH: process.env['PATH'], ASSAY_HOME: home, ...(user === undefined ? {} : { ASSAY_USER: user }) },
    });
    return stdout.trim();
  };

/** Until both have agreed, nothing of the model would be promoted. */
async function releaseByTwo(assay: Assay): Promise<string> {
  const held = await assay(['holds', 'list']);
  if (!held.includes(`rollback-${MODEL}-2`)) throw new Error(`assay holds list printed ${held}`);
  for (const operator of ['omar.haddad', 'olga.brandt']) {
    const why = ['--reason', 'the cause was found', '--incident', 'INC-1'];
    await assay(['holds', 'release', MODEL, ...why], operator);
  }
  return assay(['holds', 'list']);
}

const ReleaseView = z.object({
  release: z.object({ state: z.string(), reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })) }),
  approval_request: z.object({ waits_for: z.array(z.object({ asked: z.array(z.string()) })) }).optional(),
});
const Refusals = z.object({ refusals: z.array(z.object({ claimed_release_id: z.string(), message: z.string() })) });
type ReleaseView = z.infer<typeof ReleaseView>;

const apiClient = (endpoints: LocalEndpoints) => {
  const token = signIn(endpoints);
  const call = async (path: string, init: RequestInit = {}) =>
    fetch(`${endpoints.publicBaseUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/json' },
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

async function signIn({ awsEndpoint, auth }: LocalEndpoints): Promise<string> {
  const username = 'dana.kim';
  const password = auth.users?.[username]?.password ?? '';
  const { accessToken } = await initiateAuth(awsEndpoint, {
    userPoolClientId: auth.userPoolClientId,
    username,
    password,
  });
  return accessToken;
}

/** An ml_lead and a risk_owner. */
const APPROVERS = ['ana.silva@example.com', 'ruth.meyer@example.com'];

type Api = ReturnType<typeof apiClient>;

/** Waits for a release to be in one of these states, or says in which it is, and why. */
const stateReader =
  (api: Api) =>
  async (version: ExampleVersion, states: readonly string[]): Promise<ReleaseView> => {
    const releaseId = `${MODEL}-${version}`;
    let seen: ReleaseView | undefined;
    const isThere = await until(async () => {
      seen = await api.release(releaseId);
      return seen !== undefined && states.includes(seen.release.state);
    }, WAIT_MS);
    if (isThere && seen !== undefined) return seen;
    const reasons = seen?.release.reasons.map((reason) => reason.explanation) ?? (await api.refusalsOf(releaseId));
    const state = seen?.release.state ?? 'not there';
    throw new Error(`${version} is ${state}, expected ${states.join(' or ')}. ${reasons.join('; ')}`);
  };

type MailWorld = Pick<Stage, 'root' | 'endpoints'> & { readonly api: Pick<Api, 'release'> };

/** The links of everybody who is asked, by their addresses, once each of them has a mail. */
export const mailReader = ({ root, endpoints, api }: MailWorld) => {
  const emails = emailsOf(root);
  return async (version: ExampleVersion): Promise<Map<string, string>> => {
    let links = new Map<string, string>();
    let asked: readonly string[] = [];
    const areThere = await until(async () => {
      const request = (await api.release(`${MODEL}-${version}`))?.approval_request;
      const ids = new Set(request?.waits_for.flatMap((role) => role.asked));
      asked = await Promise.all([...ids].map(async (id) => (await emails).get(id) ?? id));
      const mails = await approvalMails(endpoints.awsEndpoint, version);
      links = new Map(mails.map((mail) => [mail.to[0] ?? '', approvalLink(mail) ?? '']));
      return asked.length > 0 && asked.every((person) => links.has(person));
    }, WAIT_MS);
    if (areThere) return links;
    throw new Error(`${version} was mailed to ${[...links.keys()].join(', ')}, expected ${asked.join(', ')}`);
  };
};

const emailsOf = async (root: string): Promise<ReadonlyMap<string, string>> => {
  const { directory } = await readGovernance(storySetup(root));
  return new Map(directory.people.map(({ id, email }) => [id, email]));
};

/** Two people approve in two roles. One who comes too late for a filled role sees that, and is not counted. */
async function approveByTwo(links: ReadonlyMap<string, string>, version: ExampleVersion): Promise<readonly string[]> {
  for (const person of APPROVERS) {
    const { status, page } = await approveInBrowser(links.get(person) ?? '', version);
    if (status !== 200) throw new Error(`the page answered ${person} with ${status}: ${page.slice(0, 2000)}`);
  }
  return APPROVERS;
}

async function soundAlarm({ awsEndpoint }: LocalEndpoints): Promise<void> {
  const cloudwatch = new CloudWatchClient(clientConfig(awsEndpoint));
  const AlarmName = `assay/${LOCAL_CONTEXT.environment}/${MODEL}/error-rate`;
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Dimensions: [{ Name: 'EndpointName', Value: MODEL }],
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
