import { behaviourQuestion } from '../../lib/domain/evidence/predictions/behaviour-question.ts';

/** What a manifest says of a table whose rows have ids. */
export const REFERENCE = {
  uri: 's3://models/predictions',
  label_column: 'label',
  prediction_column: 'prediction',
  columns: { row_id: 'id' },
  favorable_value: '1',
  protected_attributes: ['race'],
};

/** The question to the tables of two such manifests. */
export const aBehaviourQuestion = (now: object = {}, former: object = {}) => {
  const asked = behaviourQuestion({ ...REFERENCE, ...now }, { ...REFERENCE, ...former });
  if (asked === undefined) throw new Error('no column of ids');
  return asked;
};
