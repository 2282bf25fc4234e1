import type { Row } from './question.ts';

const isFlip = ({ event_type: type }: Row): boolean => type === 'deployment_promoted' || type === 'rollback_executed';

/** What a flip leaves in production; nothing, if it is empty. */
export const liveAfter = (flip: Row): string =>
  String(flip['event_type'] === 'rollback_executed' ? flip['to_id'] : flip['release_id']);

/** What an event says of a release: its own state, or that another one took its place. */
const stateSaid = (id: string, row: Row): string => {
  if (row['release_id'] === id) return String(row['approval_state']);
  if (!isFlip(row)) return '';
  if (liveAfter(row) === id) return 'production';
  return row['superseded'] === id ? 'superseded' : '';
};

/**
 * The state of a release and whether it serves, `state` and `serves` (yes or no), with the place of the event that said so last. The rows
 * are in the order of the log, and have the request of the release and the last flip of its model among them.
 */
export const standingOf = (requested: Row, rows: readonly Row[]): Row => {
  const { model, model_version } = requested;
  const id = String(requested['release_id']);
  const last = rows.reduce((found, row) => (stateSaid(id, row) === '' ? found : row), requested);
  const live = rows.findLast((row) => isFlip(row) && row['model'] === model);
  const serves = live !== undefined && liveAfter(live) === id ? 'yes' : 'no';
  return { ...last, model: String(model), model_version: String(model_version), state: stateSaid(id, last), serves };
};
