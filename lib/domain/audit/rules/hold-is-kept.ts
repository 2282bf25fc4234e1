import type { Rule } from '../history.ts';

/** From a rollback until the hold that it brings is released, nothing of its model is promoted. */
export const holdIsKept: Rule = ({ event_type: type }, _, { hold }) =>
  type === 'deployment_promoted' && hold !== undefined
    ? `the model is held since the rollback of ${hold.rolledBack}`
    : undefined;
