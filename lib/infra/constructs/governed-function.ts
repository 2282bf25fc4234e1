import { AssetHashType, DockerImage, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { handlerFolder, layHandler } from '../bundling.ts';
import { type Environments, folderOf, type LambdaName } from '../environments.ts';
import { allow, type Permission } from '../permissions.ts';

/** What all Lambdas of a deployment have in common. */
export interface FunctionDefaults {
  readonly architecture: Architecture;
  readonly production: boolean;
}

export interface GovernedFunctionProps<Name extends LambdaName> {
  readonly defaults: FunctionDefaults;
  readonly environment: Readonly<Record<keyof Environments[Name], string>>;
  readonly timeoutSeconds: number;
  readonly memoryMib?: number;
  readonly storageMib?: number;
  readonly layers?: ILayerVersion[];
  /** Where an event goes after an asynchronous invocation has failed three times, or was not started for too long. */
  readonly deadLetters?: IQueue;
  /** How long Lambda may try to start an asynchronous invocation; six hours if this is not said. */
  readonly maxEventAgeSeconds?: number;
}

/** One Lambda with a role and a log group of its own. It may write its log; anything else has to be allowed. */
export class GovernedFunction<Name extends LambdaName = LambdaName> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly logs: LogGroup;
  readonly name: Name;

  constructor(scope: Construct, name: Name, props: GovernedFunctionProps<Name>) {
    super(scope, name);
    this.name = name;
    const { defaults } = props;
    this.logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: defaults.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logs.logGroupArn] });
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: defaults.architecture,
      handler: 'index.handler',
      code: bundledCode(folderOf(name)),
      role: this.role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...props.environment },
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMib ?? 512,
      ...(props.storageMib === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(props.storageMib) }),
      ...(props.layers === undefined ? {} : { layers: props.layers }),
      ...(props.deadLetters === undefined ? {} : { deadLetterQueue: props.deadLetters }),
      ...(props.maxEventAgeSeconds === undefined ? {} : { maxEventAge: Duration.seconds(props.maxEventAgeSeconds) }),
    });
  }

  allow(permission: Permission): this {
    allow(this.role, permission);
    return this;
  }
}

/**
 * esbuild makes the bundle on this machine. The Docker image is never pulled, since `tryBundle` always returns true.
 */
const bundledCode = (folder: string): Code =>
  Code.fromAsset(handlerFolder(folder), {
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle: (outputDirectory) => {
          layHandler(folder, outputDirectory);
          return true;
        },
      },
    },
    assetHashType: AssetHashType.OUTPUT,
  });
