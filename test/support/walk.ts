/** Walks a state machine in this process: its own definition, each Task as a call of the Lambda of that name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import { completeDefinition } from '../../lib/infra/definition.ts';
import { root } from '../local/support/emulator.ts';

const State = z.object({
  Type: z.enum(['Task', 'Choice', 'Pass', 'Wait', 'Parallel', 'Succeed', 'Fail']),
  Arguments: z
    .object({ FunctionName: z.string(), Payload: z.union([z.string(), z.record(z.string(), z.unknown())]) })
    .optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.object({ Condition: z.string(), Next: z.string() })).default([]),
  get Branches() {
    return z.array(Machine).default([]);
  },
});
const Machine = z.object({ StartAt: z.string(), States: z.record(z.string(), State) });
type Machine = z.infer<typeof Machine>;
type State = z.infer<typeof State>;

export type Walk = {
  /** The ids that the machine was started with, and the attempt. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly invoke: (lambda: string, event: unknown) => Promise<unknown>;
  /** What the execution begins after; absent if it begins with its first step. */
  readonly begin?: string;
  /** What people do while the machine waits for them; answers the outcome that it is resumed with. */
  readonly people?: () => Promise<string>;
  /** The chain of the model: with it, the walk fails if a step that is taken twice puts anything on record twice. */
  readonly events?: () => Promise<readonly Pick<SealedEvent, 'event'>[]>;
  /** What else the product does while the machine waits for time to pass. */
  readonly meanwhile?: () => Promise<void>;
};

const Answer = z.object({ outcome: z.string() });

/**
 * Answers the state in which the machine ends. Each Lambda is called twice, as after a crash: the second call counts.
 */
export const walk = (name: 'release' | 'promotion' | 'rollback' | 'move', walking: Walk): Promise<string> =>
  walkFile(`statemachines/${name}.asl.json`, walking);

/** The same for a definition that lies elsewhere: executions keep the one that they were started with. */
export const walkFile = async (file: string, walking: Walk): Promise<string> => {
  const definition = readFileSync(join(root, file), 'utf8');
  const machine = Machine.parse(JSON.parse(completeDefinition(definition)));
  return walkThrough(machine, walking);
};

const walkThrough = async ({ StartAt, States }: Machine, walking: Walk): Promise<string> => {
  let outcome = '';
  let faulted = false;
  for (let name: string | undefined = StartAt; ; ) {
    const state: State | undefined = States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    if (state.Type === 'Task') {
      outcome = await callTwice(state, walking, faulted);
      faulted ||= name === 'RecordFault';
    }
    await Promise.all(state.Branches.map((branch) => walkThrough(branch, walking)));
    if (state.Type === 'Wait') await walking.meanwhile?.();
    const next: string | undefined =
      state.Type === 'Choice' ? chosen(state, name === 'IsNew' ? (walking.begin ?? '') : outcome) : state.Next;
    if (next === undefined) return name;
    name = next;
  }
};

const callTwice = async (state: State, { input, invoke, people, events }: Walk, faulted: boolean): Promise<string> => {
  const { FunctionName = '', Payload = '' } = state.Arguments ?? {};
  // A variable holds the ids, which every step gets.
  const named = typeof Payload === 'string' ? {} : Payload;
  const lambda = FunctionName.replaceAll(/\$\{|Arn\}/g, '')
    .replaceAll(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase();
  const waits = 'taskToken' in named;
  const event = {
    ...input,
    ...('error' in named ? { error: 'UnexpectedOutcome' } : {}),
    ...('faulted' in named ? { faulted } : {}),
  };
  const before = await saidBy(events);
  await invoke(lambda, waits ? { ...event, taskToken: 'the first token' } : event);
  const between = await saidBy(events);
  const answer = await invoke(lambda, waits ? { ...event, taskToken: 'the second token' } : event);
  const again = (await saidBy(events)).slice(between.length);
  const twice = between.slice(before.length).filter((said) => again.includes(said));
  // Another token is another wait for people.
  if (twice.length > 0 && !waits)
    throw new Error(`${FunctionName}, taken twice, has on record twice: ${twice.join(', ')}`);
  if (waits) return (await people?.()) ?? 'expired';
  return Answer.safeParse(answer).data?.outcome ?? '';
};

/** Stages run side by side, and each has its own. */
const saidBy = async (events: Walk['events']): Promise<string[]> =>
  ((await events?.()) ?? []).map(({ event }) =>
    [event.release_id, event.event_type, event.details['stage'] ?? ''].join(' '),
  );

const OUTCOME = /^\{% \$(?:states\.input\.)?outcome = '(.*)' %\}$/;
/** What an execution is that was started with no outcome. */
const NEW = '{% $not($exists($states.input.outcome)) %}';

const chosen = ({ Choices, Default }: State, outcome: string): string | undefined =>
  Choices.find(({ Condition }) => (Condition === NEW ? outcome === '' : OUTCOME.exec(Condition)?.[1] === outcome))
    ?.Next ?? Default;
