import * as z from 'zod';

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

/**
 * The standard Retry policy: if another writer was faster or a service failed briefly, up to six retries within about a
 * minute (1, 2, 4, 8, 16 and 20 seconds, each with full jitter). Any other error is a fault that a retry would not
 * mend.
 */
const RETRY = {
  ErrorEquals: [
    'Conflict',
    'ServiceUnavailable',
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.SdkClientException',
    'Lambda.Unknown',
  ],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 6,
  MaxDelaySeconds: 20,
  JitterStrategy: 'FULL',
} as const;

/** The longest timeout of a Lambda. A task that waits for people sets its own. */
const TIMEOUT_SECONDS = 900;

const CATCH = {
  ErrorEquals: ['States.ALL'],
  Assign: { error: '{% $states.errorOutput.Error %}' },
  Next: FINAL_CATCH,
} as const;

/**
 * Gives every Task a timeout and the standard Retry policy, every state that can fail a Catch that leads to
 * `RecordFault`, and every Choice `RecordFault` as its Default, for an outcome that it does not know. Inside a Parallel
 * there is neither Catch nor Default: a branch fails as a whole, and the Catch is on the Parallel.
 */
export const completeDefinition = (definition: string): string => {
  const machine = Machine.parse(JSON.parse(definition));
  return JSON.stringify(completeMachine(machine, true));
};

const completeMachine = (machine: Machine, isOutermost: boolean): Machine => ({
  ...machine,
  States: Object.fromEntries(
    Object.entries(machine.States).map(([name, state]) => [name, completeState(name, state, isOutermost)]),
  ),
});

const completeState = (name: string, state: State, isOutermost: boolean): State => ({
  ...(state.Type === 'Task' ? { TimeoutSeconds: TIMEOUT_SECONDS } : {}),
  ...state,
  ...(state.Branches === undefined ? {} : { Branches: state.Branches.map((branch) => completeMachine(branch, false)) }),
  ...(state.Type === 'Task' ? { Retry: [RETRY] } : {}),
  ...(canFail(state) && isOutermost && name !== FINAL_CATCH ? { Catch: [CATCH] } : {}),
  ...(state.Type === 'Choice' && isOutermost ? { Default: FINAL_CATCH } : {}),
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
