import * as functions from '../../../local/functions.ts';
import { lambda } from './world.ts';

export const setEnvironment = <Name extends string>(named: RegExp, variables: functions.Variables<Name>) =>
  functions.setEnvironment(lambda, named, variables);
