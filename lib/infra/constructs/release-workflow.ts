import { Construct } from 'constructs';
import type { Foundations } from './foundations.ts';
import type { GovernedFunction } from './governed-function.ts';
import { GovernedMachine } from './governed-machine.ts';
import {
  decisionFunctions,
  intakeFunctions,
  promotionFunctions,
  rollbackFunctions,
  rotationFunctions,
  sharedFunctions,
} from './release-functions.ts';
import { stageFunctions } from './stage-functions.ts';

/** The way into production, the way back, and the way to new keys, each a machine of its own: none waits for another. */
export class ReleaseWorkflow extends Construct {
  readonly release: GovernedMachine;
  readonly rollback: GovernedMachine;
  readonly rotation: GovernedMachine;

  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    const { production } = on.defaults;
    const shared = sharedFunctions(this, on);
    const forward = {
      ...intakeFunctions(this, on),
      ...stageFunctions(this, on),
      ...decisionFunctions(this, on),
      ...promotionFunctions(this, on),
    };
    const back = rollbackFunctions(this, on);
    const renewal = rotationFunctions(this, on);
    for (const lambda of Object.values({ ...shared, ...forward, ...back, ...renewal })) on.store.allowCommit(lambda);
    const machine = (name: string, functions: Readonly<Record<string, GovernedFunction>>) =>
      new GovernedMachine(this, name, { file: `${name.toLowerCase()}.asl.json`, functions, production });
    const { RecordFault } = shared;
    this.release = machine('Release', { ...forward, ...shared });
    this.rollback = machine('Rollback', { ...back, ...shared });
    this.rotation = machine('Rotation', { ...renewal, RecordFault });
  }
}
