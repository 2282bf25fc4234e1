import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { PROJECT } from '../bundling.ts';
import { assertCalls, completeDefinition } from '../definition.ts';
import { acknowledgeWildcard, allow } from '../permissions.ts';
import type { Foundations } from './foundations.ts';
import type { GovernedFunction } from './governed-function.ts';
import { VendedLogs } from './vended-logs.ts';

export interface GovernedMachineProps {
  /** The file in `statemachines/`. */
  readonly file: string;
  /** The Lambdas that the definition calls: these and no others. */
  readonly functions: Readonly<Record<string, GovernedFunction>>;
  /** Lambdas that only executions of an earlier definition still call. */
  readonly formerly?: Readonly<Record<string, GovernedFunction>>;
  readonly on: Pick<Foundations, 'environment' | 'defaults' | 'retryLadder' | 'endpointWaitSeconds'>;
}

/** One state machine, made from its ASL file. It may invoke the Lambdas that it names, and nothing else. */
export class GovernedMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: GovernedMachineProps) {
    super(scope, id);
    const { file, functions, formerly = {}, on } = props;
    const definition = readFileSync(join(PROJECT, 'statemachines', file), 'utf8');
    assertCalls(definition, Object.keys(functions));
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: Object.values({ ...functions, ...formerly }).map(({ lambda }) => lambda.functionArn),
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(completeDefinition(definition, on.retryLadder, on.endpointWaitSeconds)),
      definitionSubstitutions: Object.fromEntries(
        Object.entries(functions).map(([name, { lambda }]) => [`${name}Arn`, lambda.functionArn]),
      ),
      role,
      logs: {
        destination: new VendedLogs(this, 'Logs', { on, of: id, retention: RetentionDays.THREE_MONTHS }).group,
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    // Log delivery needs account-wide permissions on CloudWatch Logs, which StateMachine adds to the role by itself.
    acknowledgeWildcard(role, '*', 'noResourceLevel');
    Validations.of(this.machine).acknowledge(
      { id: 'AwsSolutions-SF1', reason: 'Every step is in the ledger; the log of the machine is for faults.' },
      { id: 'AwsSolutions-SF2', reason: 'X-Ray would need rights on all resources; the ledger has every timestamp.' },
    );
  }
}
