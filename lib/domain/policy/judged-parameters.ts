import { CHECKS } from '../checks/known-checks.ts';
import type { ParametersOf } from './diff-policies.ts';

/** The parameters of a check with defaults: a policy of an earlier version may lack one, and was judged by its default. */
export const judgedParameters: ParametersOf = ({ name, parameters }) => {
  const parsed = CHECKS.find((check) => check.name === name)?.parameters.safeParse(parameters);
  return parsed?.success === true ? Object(parsed.data) : parameters;
};
