import { startExecution } from '../../../lib/adapters/sfn-executions.ts';
import type { Performer } from '../tools.ts';

export const start: Performer<'start_execution', 'settings'> = ({ machine, name, input }, { settings }) =>
  startExecution(settings.machines[machine], name, input);
