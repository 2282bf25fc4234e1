import { Construct } from 'constructs';
import type { Foundations } from './foundations.ts';
import { GovernedMachine } from './governed-machine.ts';
import {
  decisionFunctions,
  intakeFunctions,
  promotionFunctions,
  rollbackFunctions,
  sharedFunctions,
} from './release-functions.ts';
import { stageFunctions } from './stage-functions.ts';

/** The way into production and the way back, each a machine of its own, so that neither waits for the other. */
export class ReleaseWorkflow extends Construct {
  readonly release: GovernedMachine;
  readonly rollback: GovernedMachine;

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
    for (const lambda of Object.values({ ...shared, ...forward, ...back })) on.store.allowCommit(lambda);
    this.release = new GovernedMachine(this, 'Release', {
      file: 'release.asl.json',
      functions: { ...forward, ...shared },
      production,
    });
    this.rollback = new GovernedMachine(this, 'Rollback', {
      file: 'rollback.asl.json',
      functions: { ...back, ...shared },
      production,
    });
  }
}
