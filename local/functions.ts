/** Changes the environment of deployed functions, as a deployment with other settings does. */
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';

export type Variables<Name extends string> = { readonly [One in Name]?: string | undefined };

/**
 * Sets variables of all functions with such a name (CloudFormation cuts long ones), or takes away those without a value:
 * a function that has an empty one no longer has that of the emulator. Answers the last one's former values.
 */
export const setEnvironment = async <Name extends string>(
  lambda: LambdaClient,
  named: RegExp,
  variables: Variables<Name>,
): Promise<Variables<Name>> => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 100 }));
  const former: { [One in Name]?: string | undefined } = { ...variables };
  const found = Functions.filter((it) => named.test(it.FunctionName ?? ''));
  if (found.length === 0) throw new Error(`no function has a name like ${named}`);
  for (const { FunctionName = '' } of found) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    for (const name of Object.keys(variables) as Name[]) former[name] = Environment?.Variables?.[name];
    const Variables = definedOf({ ...Environment?.Variables, ...variables });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
  return former;
};

const definedOf = (variables: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
