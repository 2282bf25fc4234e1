import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { completeDefinition } from '../../lib/infra/definition.ts';

const Catcher = z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() });
const Branch = z.looseObject({ Condition: z.string(), Next: z.string() });

/** A state as the graph tests see it. The branches of a Parallel are tested separately. */
const State = z.looseObject({
  Type: z.enum(['Task', 'Choice', 'Pass', 'Wait', 'Parallel', 'Succeed', 'Fail']),
  Resource: z.string().optional(),
  Arguments: z.looseObject({ FunctionName: z.string() }).optional(),
  TimeoutSeconds: z.int().optional(),
  Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()) })).default([]),
  Catch: z.array(Catcher).default([]),
  Choices: z.array(Branch).default([]),
  Default: z.string().optional(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  Error: z.string().optional(),
  Branches: z.array(z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) })).default([]),
});
export type State = z.infer<typeof State>;

const Definition = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), State) });
export type Machine = { readonly start: string; readonly states: ReadonlyMap<string, State> };

export const MACHINES = ['release', 'promotion', 'rollback', 'move', 'rotation'] as const;
export type MachineName = (typeof MACHINES)[number];

/** The definition as it is deployed: completed, with an ARN in each place that takes one. */
export const deployedDefinition = (name: MachineName): string =>
  completeDefinition(readFileSync(join(PROJECT, `statemachines/${name}.asl.json`), 'utf8')).replaceAll(
    /\$\{(\w+)Arn\}/g,
    (_, lambda: string) => `arn:aws:lambda:eu-central-1:111122223333:function:${lambda}`,
  );

export const machine = (name: MachineName): Machine => {
  const { StartAt, States } = Definition.parse(JSON.parse(deployedDefinition(name)));
  return { start: StartAt, states: new Map(Object.entries(States)) };
};

/** All states with the ones in branches, which have no way out of their branch. */
export const allStates = ({ states }: Machine): [string, State][] =>
  [...states].flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...state.Branches.flatMap((branch) =>
      Object.entries(branch.States).map(([inner, it]) => [inner, State.parse(it)] as [string, State]),
    ),
  ]);

export type Step = { readonly to: string; readonly because: string };

/** Where a state can lead, and what for: a condition of a Choice, an error, or simply `next`. */
export const stepsOf = (state: State): Step[] => [
  ...state.Choices.map(({ Condition, Next }) => ({ to: Next, because: Condition })),
  ...state.Catch.map(({ ErrorEquals, Next }) => ({ to: Next, because: ErrorEquals.join(' ') })),
  ...(state.Default === undefined ? [] : [{ to: state.Default, because: 'default' }]),
  ...(state.Next === undefined ? [] : [{ to: state.Next, because: 'next' }]),
];

/** What can be reached if some steps are taken away. */
export const reachable = (
  { start, states }: Machine,
  isOpen: (from: string, step: Step) => boolean = () => true,
): Set<string> => {
  const seen = new Set([start]);
  for (const name of seen) {
    const state = states.get(name);
    if (state === undefined) throw new Error(`there is no state ${name}`);
    for (const step of stepsOf(state)) if (isOpen(name, step)) seen.add(step.to);
  }
  return seen;
};

/** A state of one of several machines that are looked at as one: `promotion/DeployEndpoint`. */
export type Place = `${MachineName}/${string}`;

/** Several machines as one graph from the start of the first. The links between machines are given. */
export const joined = (
  names: readonly [MachineName, ...MachineName[]],
  joints: readonly (Step & { from: Place })[],
): Machine => {
  const states = names.flatMap((name) =>
    [...machine(name).states].map(([state, it]): [string, State] => {
      const place = `${name}/${state}`;
      const steps = [
        ...stepsOf(it).map(({ to, because }) => ({ to: `${name}/${to}`, because })),
        ...joints.filter(({ from }) => from === place),
      ];
      return [
        place,
        {
          ...it,
          Choices: steps.map(({ to, because }) => ({ Next: to, Condition: because })),
          Catch: [],
          Next: undefined,
          Default: undefined,
        },
      ];
    }),
  );
  return { start: `${names[0]}/${machine(names[0]).start}`, states: new Map(states) };
};
