/** The functions of the deployment, told otherwise: what a deployment with other settings does. */
import {
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { lambda } from './world.ts';

/** Sets variables of every function of such a name, and answers what the last of them had there before. */
export const setEnvironment = async <Name extends string>(
  named: RegExp,
  variables: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 100 }));
  const former: Record<Name, string> = { ...variables };
  for (const { FunctionName = '' } of Functions.filter((it) => named.test(it.FunctionName ?? ''))) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    for (const name of Object.keys(variables) as Name[]) former[name] = Environment?.Variables?.[name] ?? '';
    const Variables = { ...Environment?.Variables, ...variables };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
  return former;
};
