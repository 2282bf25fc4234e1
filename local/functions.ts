/** Functions that are deployed: wakes them, and changes their environment, as a deployment with other settings does. */
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';

/** The ARN of the one function that has this in its name. */
export const functionNamed = async (lambda: LambdaClient, part: string): Promise<string> => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 100 }));
  const [found, ...more] = Functions.filter(({ FunctionName }) => FunctionName?.includes(part));
  if (found?.FunctionArn === undefined || more.length > 0) throw new Error(`there is none, or more than one ${part}`);
  return found.FunctionArn;
};

/** Has a function do what its schedule has it do, and waits until it has done so. */
export const wake = async (lambda: LambdaClient, functionArn: string, source = 'sweep'): Promise<void> => {
  const call = { FunctionName: functionArn, Payload: JSON.stringify({ source }) };
  const { FunctionError, Payload = [] } = await lambda.send(new InvokeCommand(call));
  if (FunctionError !== undefined) throw new Error(`${functionArn} failed: ${Buffer.from(Payload).toString()}`);
};

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
