import { createHash } from 'node:crypto';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { duckdbVersion, layDuckdb, NODE_API } from '../duckdb.ts';

/**
 * DuckDB for the functions that count predictions: 70 MB of native code, too much for a bundle. It is built once for
 * each version and architecture, and cdk.out keeps it under a digest of the two.
 */
export class DuckdbLayer extends LayerVersion {
  constructor(scope: Construct, id: string, architecture: Architecture) {
    const cpu = architecture === Architecture.ARM_64 ? 'arm64' : 'x64';
    super(scope, id, {
      description: `DuckDB ${duckdbVersion()} for ${cpu}`,
      compatibleArchitectures: [architecture],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      code: Code.fromAsset(NODE_API, {
        assetHashType: AssetHashType.CUSTOM,
        assetHash: createHash('sha256').update(`duckdb ${duckdbVersion()} linux ${cpu}`).digest('hex'),
        bundling: {
          image: DockerImage.fromRegistry('never-used'),
          local: {
            tryBundle: (outputDirectory) => {
              layDuckdb(cpu, outputDirectory);
              return true;
            },
          },
        },
      }),
    });
  }
}
