import { Construct } from 'constructs';
import { runCanaries } from './canaries.ts';
import { settleExecutions } from './ended-executions.ts';
import type { Foundations } from './foundations.ts';
import type { GovernedFunction } from './governed-function.ts';
import { GovernedMachine } from './governed-machine.ts';
import {
  decisionFunctions,
  intakeFunctions,
  moveFunctions,
  promotionFunctions,
  rollbackFunctions,
  rotationFunctions,
  sharedFunctions,
} from './release-functions.ts';
import { renewApprovals } from './renewal.ts';
import { stageFunctions } from './stage-functions.ts';

type Functions = Readonly<Record<string, GovernedFunction>>;

/** Approval, promotion, rollback, the move to another endpoint and key rotation, each a state machine of its own: none waits for another. */
export class ReleaseWorkflow extends Construct {
  readonly release: GovernedMachine;
  readonly promotion: GovernedMachine;
  readonly rollback: GovernedMachine;
  readonly move: GovernedMachine;
  readonly rotation: GovernedMachine;
  readonly signRecord: GovernedFunction;
  /** Has checks prove themselves, and made again. */
  readonly canaries: GovernedFunction;
  /** Renews approvals, when that is due or asked for. */
  readonly renewal: GovernedFunction;
  /** Counts large tables on Athena. */
  readonly counting: GovernedFunction;

  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    const shared = sharedFunctions(this, on);
    const stages = stageFunctions(this, on);
    const forward = {
      ...intakeFunctions(this, on),
      ...stages,
      ...decisionFunctions(this, on),
    };
    const promotion = promotionFunctions(this, on);
    const back = rollbackFunctions(this, on);
    const aside = moveFunctions(this, on);
    const renewal = rotationFunctions(this, on);
    for (const lambda of Object.values({ ...shared, ...forward, ...promotion, ...back, ...aside, ...renewal }))
      on.store.allowCommit(lambda);
    this.canaries = runCanaries(this, on, stages);
    this.renewal = renewApprovals(this, on);
    const machine = (name: string, functions: Functions, formerly: Functions = {}) =>
      new GovernedMachine(this, name, { file: `${name.toLowerCase()}.asl.json`, functions, formerly, on });
    this.signRecord = forward.SignRecord;
    this.counting = forward.EvaluateBiasAndFairness;
    const { RecordFault, RestoreEndpoint, VerifyEndpoint } = shared;
    // An execution keeps the definition that it was started with. Executions of the former release machine, which went
    // on to production by itself, wait for people for 31 days at most: this line can go a month after the last such
    // update.
    this.release = machine('Release', { ...forward, RecordFault }, { ...promotion, RestoreEndpoint, VerifyEndpoint });
    this.promotion = machine('Promotion', { ...promotion, ...shared });
    this.rollback = machine('Rollback', { ...back, ...shared });
    this.move = machine('Move', { ...aside, VerifyEndpoint, RecordFault });
    this.rotation = machine('Rotation', { ...renewal, RecordFault });
    settleExecutions(this, on, [this.release, this.promotion, this.rollback, this.move, this.rotation]);
  }
}
