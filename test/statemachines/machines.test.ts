import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { folderOf } from '../../lib/infra/environments.ts';
import { ANSWERS } from './answers.ts';
import { allStates, deployedDefinition, MACHINES, machine, reachable, stepsOf } from './machine.ts';

const KNOWN_ERRORS =
  /^(Conflict|ServiceUnavailable|States\.ALL|Lambda\.(TooManyRequestsException|(Service|AWSLambda|ClientExecutionTimeout|SdkClient)Exception|Unknown))$/;

/** `{% $outcome = 'settled' %}` */
const wordIn = (condition: string): string => /^\{% \$outcome = '([a-z_]+)' %\}$/.exec(condition)?.[1] ?? condition;

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe.each(MACHINES)('the %s machine', (machineName) => {
  const graph = machine(machineName);
  const states = allStates(graph);
  const tasks = states.filter(([, state]) => state.Type === 'Task');
  const ends = [...graph.states].filter(([, { Type }]) => Type === 'Succeed' || Type === 'Fail');

  it('is a definition that Step Functions takes', () => {
    expect(validate(JSON.parse(deployedDefinition(machineName))).errorsText()).toBe('');
  });

  it('stays small enough to be a part of the template', () => {
    expect(deployedDefinition(machineName).length).toBeLessThan(100_000);
  });

  it('is read in one go: 190 lines at most', () => {
    const text = readFileSync(join(PROJECT, `statemachines/${machineName}.asl.json`), 'utf8');

    expect(text.split('\n').length - 1).toBeLessThanOrEqual(190);
  });

  it('has no state that nothing leads to, every Fail included', () => {
    expect([...reachable(graph)].sort()).toEqual([...graph.states.keys()].sort());
  });

  it('ends in Succeed or Fail and nowhere else, and from everywhere', () => {
    for (const [state] of graph.states) {
      const ahead = reachable({ ...graph, start: state });
      expect(ends.some(([end]) => ahead.has(end))).toBe(true);
    }
    expect([...graph.states].filter(([, state]) => stepsOf(state).length === 0)).toEqual(ends);
  });

  it('names its failures after the state that they end in', () => {
    for (const [name, end] of ends) expect(end.Error).toBe(end.Type === 'Fail' ? name : undefined);
  });

  it('gives each task a time-out and the same ladders of retries', () => {
    const [, first] = tasks[0] ?? [];

    for (const [, task] of tasks) {
      expect(task.TimeoutSeconds).toBeGreaterThan(0);
      expect(task.Retry).toEqual(first?.Retry);
    }
  });

  it('knows every error that it names', () => {
    const named = states.flatMap(([, { Retry, Catch }]) => [...Retry, ...Catch].flatMap((it) => it.ErrorEquals));

    expect(named.filter((error) => !KNOWN_ERRORS.test(error))).toEqual([]);
  });

  it('leads every task and every Parallel to RecordFault when it breaks, but RecordFault itself', () => {
    for (const [state, { Type, Catch }] of graph.states) {
      const isCaught = (Type === 'Task' || Type === 'Parallel') && state !== 'RecordFault';
      expect([state, Catch.map(({ ErrorEquals, Next }) => [...ErrorEquals, Next])]).toEqual([
        state,
        isCaught ? [['States.ALL', 'RecordFault']] : [],
      ]);
    }
  });

  it('leads every outcome that it does not know to RecordFault', () => {
    for (const [, state] of graph.states) if (state.Type === 'Choice') expect(state.Default).toBe('RecordFault');
  });

  it('has a branch for every word that a step answers, and for no other', () => {
    const branches = tasks.flatMap(([name, { Next = '' }]) => {
      const choice = graph.states.get(Next);
      return choice?.Type === 'Choice' ? [[name, choice.Choices.map(({ Condition }) => wordIn(Condition)).sort()]] : [];
    });
    const answers = Object.entries(ANSWERS[machineName]).map(([name, words]) => [name, words.toSorted()]);

    expect(Object.fromEntries(branches)).toEqual(Object.fromEntries(answers));
  });

  it('names each task as the folder of its Lambda, and a waiting one as what stores the token', () => {
    for (const [state, task] of tasks) {
      const lambda = task.Arguments?.FunctionName.split(':').at(-1) ?? '';
      const waits = task.Resource?.endsWith('.waitForTaskToken');
      expect(lambda).toBe(waits ? state.replace(/^Await(\w+)$/, 'Store$1Token') : state);
      expect(existsSync(join(PROJECT, 'lambdas', folderOf(lambda), 'env.ts'))).toBe(true);
    }
  });
});

describe('the stages of the release machine', () => {
  const release = machine('release');

  it('evaluates every stage, side by side', () => {
    const stages = release.states.get('EvaluateStages')?.Branches.map(({ StartAt }) => StartAt);

    expect(stages).toEqual([
      'EvaluateDataProvenance',
      'EvaluateModelCard',
      'EvaluateBiasAndFairness',
      'EvaluateSafetyEvaluation',
      'EvaluateSecurityReview',
      'EvaluateCustomChecks',
    ]);
  });

  it('has a state for each automated stage, and classifies the risk when all others are done', () => {
    const stages = StageName.options.map((stage) => `Evaluate${pascal(stage)}`);
    const evaluating = allStates(release).filter(([state]) => stages.includes(state));

    expect(evaluating.map(([state]) => state).sort()).toEqual([...stages].sort());
    expect(release.states.get('EvaluateStages')?.Next).toBe('EvaluateRiskClassification');
    expect(release.states.get('EvaluateRiskClassification')?.Next).toBe('EvaluateGate');
  });

  it('waits for people a day longer than a policy may ask for', () => {
    expect(release.states.get('AwaitApproval')?.TimeoutSeconds).toBe(31 * 86_400);
  });
});

describe('governance of the rollback machine', () => {
  const rollback = machine('rollback');
  const without = (state: string) => reachable(rollback, (from) => from !== state);

  /** Every way but those that begin with one of these answers. */
  const unless =
    (...answers: string[]) =>
    (_: string, { because }: { because: string }) =>
      !answers.some((answer) => because === `{% $outcome = '${answer}' %}`);

  it('flips no pointer to a fallback that was not verified, or does not serve', () => {
    const isToFallback = unless('to_nothing');

    expect(reachable(rollback, isToFallback)).toContain('RollBackRelease');
    for (const state of ['VerifyFallback', 'SwitchEndpoint', 'VerifyEndpoint']) {
      const isOpen = (from: string, edge: { because: string }) => from !== state && isToFallback(from, edge);
      expect(reachable(rollback, isOpen)).not.toContain('RollBackRelease');
    }
  });

  it('flips no pointer to nothing before the endpoint is gone', () => {
    expect(reachable(rollback, unless('verified'))).toContain('RollBackRelease');
    expect(reachable(rollback, unless('verified', 'gone'))).not.toContain('RollBackRelease');
    expect(reachable({ ...rollback, start: 'DeleteEndpoint' })).not.toContain('SwitchEndpoint');
  });

  it('verifies the fallback again after each wait for the endpoint', () => {
    const waited = { ...rollback, start: 'AwaitEndpoint' };

    expect(reachable(rollback)).toContain('AwaitEndpoint');
    expect(reachable(waited, (from) => from !== 'VerifyFallback')).not.toContain('SwitchEndpoint');
  });

  it('flips no pointer unless IsSwitched says switched', () => {
    expect(reachable(rollback, unless('to_nothing', 'switched'))).not.toContain('RollBackRelease');
  });

  it('ends refused only when the endpoint serves again what is in production', () => {
    expect(reachable(rollback)).toContain('RollbackRefused');
    expect(without('RestoreEndpoint')).not.toContain('RollbackRefused');
    expect(reachable({ ...rollback, start: 'RestoreEndpoint' })).not.toContain('RollBackRelease');
  });

  it('calls nothing of the way forward', () => {
    const names = allStates(rollback).map(([state]) => state);

    expect(names.filter((state) => /Evaluate|Approval|Record(?!Fault)|Register/.test(state))).toEqual([]);
  });
});

it('the release machine judges side by side what follows from nothing, and waits for nothing before people (CK-5)', () => {
  const release = machine('release');
  const { states } = release;
  const automated = [...reachable(release, (from) => from !== 'AwaitApproval')];
  const parallel = states.get('EvaluateStages')?.Branches.map(({ StartAt }) => StartAt) ?? [];

  // The tier of a release follows from what all others found.
  expect(automated.filter((name) => name.startsWith('Evaluate'))).toEqual([
    'EvaluateStages',
    'EvaluateRiskClassification',
    'EvaluateGate',
  ]);
  expect([...parallel, 'EvaluateRiskClassification']).toEqual(
    StageName.options.map((stage) => `Evaluate${pascal(stage)}`),
  );
  expect(automated.filter((name) => states.get(name)?.Type === 'Wait')).toEqual([]);
});
