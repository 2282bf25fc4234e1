/** Changes the environment of deployed functions, as a deployment with other settings does. */
import {
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { lambda } from './world.ts';

/**
 * Sets variables of all functions with such a name (CloudFormation cuts long ones). Answers the last one's former
 * values.
 */
export const setEnvironment = async <Name extends string>(
  named: RegExp,
  variables: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 100 }));
  const former: Record<Name, string> = { ...variables };
  const found = Functions.filter((it) => named.test(it.FunctionName ?? ''));
  if (found.length === 0) throw new Error(`no function has a name like ${named}`);
  for (const { FunctionName = '' } of found) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    for (const name of Object.keys(variables) as Name[]) former[name] = Environment?.Variables?.[name] ?? '';
    const Variables = { ...Environment?.Variables, ...variables };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
  return former;
};
