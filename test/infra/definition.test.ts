import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { assertCalls, calledLambdas, completeDefinition } from '../../lib/infra/definition.ts';

const task = (name: string, rest: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${${name}Arn}` },
  ...rest,
});

const DEFINITION = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: task('First', { Next: 'Both' }),
    Both: { Type: 'Parallel', Branches: [{ StartAt: 'Inner', States: { Inner: task('Inner') } }], Next: 'IsDone' },
    IsDone: { Type: 'Choice', Choices: [{ Condition: "{% $outcome = 'done' %}", Next: 'Done' }] },
    Done: { Type: 'Succeed' },
    RecordFault: task('RecordFault', { Next: 'Faulted' }),
    Faulted: { Type: 'Fail', Error: 'Faulted' },
  },
});

const RETRY = [
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 2,
    MaxAttempts: 30,
    MaxDelaySeconds: 60,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
  {
    ErrorEquals: [
      'Conflict',
      'ServiceUnavailable',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.SdkClientException',
    ],
    IntervalSeconds: 1,
    MaxAttempts: 6,
    MaxDelaySeconds: 20,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
  {
    ErrorEquals: ['Lambda.Unknown'],
    IntervalSeconds: 1,
    MaxAttempts: 2,
    MaxDelaySeconds: 20,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];
const CATCH = {
  ErrorEquals: ['States.ALL'],
  Assign: { error: '{% $states.errorOutput.Error %}' },
  Next: 'RecordFault',
};

const States = z.record(z.string(), z.looseObject({}));

describe('a completed definition', () => {
  const { States: states } = z.object({ States }).parse(JSON.parse(completeDefinition(DEFINITION)));

  it('gives a task its time-out, retries it on what passes, and catches the rest', () => {
    expect(states['First']).toEqual({
      ...task('First', { Next: 'Both' }),
      TimeoutSeconds: 900,
      Retry: RETRY,
      Catch: [CATCH],
    });
  });

  it('puts what the emulator calls throttling on its patient ladder, in steps of a second', () => {
    const local = z.object({ States }).parse(JSON.parse(completeDefinition(DEFINITION, 'emulator')));

    expect(local.States['First']?.['Retry']).toEqual([
      {
        ErrorEquals: ['Lambda.TooManyRequestsException', 'Lambda.Unknown'],
        IntervalSeconds: 1,
        BackoffRate: 1,
        MaxAttempts: 90,
      },
      RETRY[1],
    ]);
    expect(JSON.stringify(local.States['Both'])).toContain('"BackoffRate":1,');
  });

  it('gives every wait for an endpoint the seconds of the deployment, and what is quick its own', () => {
    const waits = { AwaitEndpoint: { Type: 'Wait', Seconds: 10 }, AwaitRegistry: { Type: 'Wait', Seconds: 2 } };
    const completed = completeDefinition(JSON.stringify({ States: waits }), 'aws', 20);

    expect(JSON.parse(completed)).toMatchObject({
      States: { AwaitEndpoint: { Seconds: 20 }, AwaitRegistry: { Seconds: 2 } },
    });
  });

  it('leads an outcome that a Choice does not know to RecordFault', () => {
    expect(states['IsDone']).toMatchObject({ Default: 'RecordFault' });
    expect(states['First']).not.toHaveProperty('Default');
  });

  it('catches a Parallel as a whole, and nothing inside it', () => {
    expect(states['Both']).toMatchObject({ Catch: [CATCH] });
    expect(states['Both']).not.toHaveProperty('Retry');
    expect(states['Both']?.['Branches']).toEqual([
      { StartAt: 'Inner', States: { Inner: { ...task('Inner'), TimeoutSeconds: 900, Retry: RETRY } } },
    ]);
  });

  it('lets RecordFault try again but lead nowhere else', () => {
    expect(states['RecordFault']).toMatchObject({ Retry: RETRY, Next: 'Faulted' });
    expect(states['RecordFault']).not.toHaveProperty('Catch');
  });

  it('leaves every other state as it was', () => {
    expect(states['Done']).toEqual({ Type: 'Succeed' });
    expect(states['Faulted']).toEqual({ Type: 'Fail', Error: 'Faulted' });
  });
});

describe('the Lambdas of a definition', () => {
  it('are read from its placeholders, those in branches too', () => {
    expect(calledLambdas(DEFINITION)).toEqual(['First', 'Inner', 'RecordFault']);
  });

  it('are given, each of them and no other', () => {
    expect(() => assertCalls(DEFINITION, ['RecordFault', 'Inner', 'First'])).not.toThrow();
    expect(() => assertCalls(DEFINITION, ['RecordFault', 'First'])).toThrow('calls [Inner], which are not given');
    expect(() => assertCalls(DEFINITION, ['RecordFault', 'Inner', 'First', 'Other'])).toThrow('and not [Other]');
  });

  it('are the only thing that a placeholder may stand for', () => {
    const definition = JSON.stringify({ TimeoutSeconds: `\${timeout}` });

    expect(() => calledLambdas(definition)).toThrow('{timeout} of the definition names no Lambda');
  });
});
