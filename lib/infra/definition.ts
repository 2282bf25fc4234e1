import * as z from 'zod';

/**
 * The shortest wait for an endpoint with which no execution can have the 25,000 events at which Step Functions ends it, and what the
 * files say. An endpoint takes minutes on AWS, so a longer one costs nothing but calls that find nothing.
 */
export const ENDPOINT_WAIT_MIN_SECONDS = 10;

/** What else a machine waits for: our own outbox, which is done within seconds. */
const QUICK_WAITS: readonly string[] = ['AwaitRegistry'];

/** Waits in which a strategy brings traffic over for hours, so many times as long as the others. */
const LONG_WAITS: readonly string[] = ['AwaitStrategy', 'AwaitDeletionAfterStrategy', 'AwaitRestorationAfterStrategy'];
const LONGER = 6;

/** As much of the Amazon States Language as is needed to complete every state. */
interface State {
  readonly Type: string;
  readonly Resource?: string | undefined;
  readonly Branches?: readonly Machine[] | undefined;
}
interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

const State: z.ZodType<State> = z.lazy(() =>
  z.looseObject({ Type: z.string(), Resource: z.string().optional(), Branches: z.array(Machine).optional() }),
);
const Machine = z.looseObject({ States: z.record(z.string(), State) });

/**
 * The target of the final Catch. It has no Catch itself, because there is nothing left that could record its failure.
 */
const FINAL_CATCH = 'RecordFault';

/** What passes by itself: a writer that was faster, an outage of a service or of Lambda. Any other error is a fault. */
const PASSING = [
  'Conflict',
  'ServiceUnavailable',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.SdkClientException',
];
const THROTTLED = 'Lambda.TooManyRequestsException';
/** On AWS, a Lambda that ran out of time or memory, which it mostly does again. */
const UNKNOWN = 'Lambda.Unknown';

const FULL_JITTER = { BackoffRate: 2, JitterStrategy: 'FULL' } as const;

/** Within about a minute: 1, 2, 4, 8, 16 and 20 seconds, each with full jitter. */
const MINUTE = { IntervalSeconds: 1, MaxAttempts: 6, MaxDelaySeconds: 20, ...FULL_JITTER } as const;

/**
 * An account that is new runs ten Lambdas at a time, and one that counts a table holds its place for minutes. So a throttled
 * call is patient: 2, 4, 8, 16, 32 and then 25 times 60 seconds, half of that on average.
 */
const PATIENT = { IntervalSeconds: 2, MaxAttempts: 30, MaxDelaySeconds: 60, ...FULL_JITTER } as const;

/** The Retry policies of every Task, by the AWS that it runs on. Step Functions takes the first that names the error. */
const RETRY = {
  aws: [
    { ErrorEquals: [THROTTLED], ...PATIENT },
    { ErrorEquals: PASSING, ...MINUTE },
    { ErrorEquals: [UNKNOWN], ...MINUTE, MaxAttempts: 2 },
  ],
  // The emulator calls throttling `Lambda.Unknown`, and would double the delays for ever: it ignores their maximum. Its
  // seconds pass on a machine that may be busy with other things.
  emulator: [
    { ErrorEquals: [THROTTLED, UNKNOWN], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 3 * PATIENT.MaxAttempts },
    { ErrorEquals: PASSING, ...MINUTE },
  ],
} as const;
export type RetryLadder = keyof typeof RETRY;

/** The longest timeout of a Lambda. A task that waits for people sets its own. */
const TIMEOUT_SECONDS = 900;

const CATCH = {
  ErrorEquals: ['States.ALL'],
  Assign: { error: '{% $states.errorOutput.Error %}' },
  Next: FINAL_CATCH,
} as const;

/**
 * Gives every wait for an endpoint its seconds, every Task a timeout and the standard Retry policies, every state that can fail a Catch that leads to
 * `RecordFault`, and every Choice `RecordFault` as its Default, for an outcome that it does not know. Inside a Parallel
 * there is neither Catch nor Default: a branch fails as a whole, and the Catch is on the Parallel.
 */
export const completeDefinition = (
  definition: string,
  ladder: RetryLadder = 'aws',
  endpointWaitSeconds = ENDPOINT_WAIT_MIN_SECONDS,
): string => {
  const machine = Machine.parse(JSON.parse(definition));
  return JSON.stringify(completeMachine(machine, { ladder, endpointWaitSeconds, isOutermost: true }));
};

type Where = { readonly ladder: RetryLadder; readonly endpointWaitSeconds: number; readonly isOutermost: boolean };

const completeMachine = (machine: Machine, where: Where): Machine => ({
  ...machine,
  States: Object.fromEntries(
    Object.entries(machine.States).map(([name, state]) => [name, completeState(name, state, where)]),
  ),
});

const completeState = (name: string, state: State, where: Where): State => ({
  ...(state.Type === 'Task' ? { TimeoutSeconds: TIMEOUT_SECONDS } : {}),
  ...state,
  ...(state.Type === 'Wait' && !QUICK_WAITS.includes(name)
    ? { Seconds: where.endpointWaitSeconds * (LONG_WAITS.includes(name) ? LONGER : 1) }
    : {}),
  ...(state.Branches === undefined
    ? {}
    : { Branches: state.Branches.map((branch) => completeMachine(branch, { ...where, isOutermost: false })) }),
  ...(state.Type === 'Task' ? { Retry: RETRY[where.ladder] } : {}),
  ...(canFail(state) && where.isOutermost && name !== FINAL_CATCH ? { Catch: [CATCH] } : {}),
  ...(state.Type === 'Choice' && where.isOutermost ? { Default: FINAL_CATCH } : {}),
});

const canFail = ({ Type }: State): boolean => Type === 'Task' || Type === 'Parallel';

/** The names of the Lambdas that a definition calls, from its `${VerifyEvidenceArn}` placeholders. */
export const calledLambdas = (definition: string): string[] => {
  const placeholders = [...definition.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name);
  return [...new Set(placeholders)].sort().map((placeholder) => {
    if (!placeholder.endsWith('Arn')) throw new Error(`\${${placeholder}} of the definition names no Lambda`);
    return placeholder.slice(0, -'Arn'.length);
  });
};

/** Establishes that a definition calls each of these Lambdas and no other. */
export const assertCalls = (definition: string, names: readonly string[]): void => {
  const called = calledLambdas(definition);
  const missing = called.filter((name) => !names.includes(name));
  const unused = names.filter((name) => !called.includes(name));
  if (missing.length + unused.length === 0) return;
  throw new Error(`the definition calls [${missing.join(', ')}], which are not given, and not [${unused.join(', ')}]`);
};
