import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, Aws } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { Sha256 } from '../../domain/identifiers.ts';
import { CONFIGURATION_MAX_BYTES } from '../../domain/policy/configuration-limit.ts';
import { type CanonicalValue, canonicalJson, sha256 } from '../../domain/signing/canonical-json.ts';
import type { GovernedFunction } from './governed-function.ts';

/** A value as a deployed file: its canonical JSON, and the digest of exactly these bytes for its readers to compare. */
export class CanonicalFile extends Construct {
  readonly bucket: string;
  readonly key: string;
  readonly digest: Sha256;

  constructor(scope: Construct, id: string, value: unknown) {
    super(scope, id);
    // The cast holds: the loader yields text, integers, booleans, lists and maps. For anything else `canonicalJson`
    // throws.
    const bytes = canonicalJson(value as CanonicalValue);
    if (bytes.length > CONFIGURATION_MAX_BYTES) {
      throw new Error(`could not deploy ${id}: it is ${bytes.length} bytes; the limit is ${CONFIGURATION_MAX_BYTES}`);
    }
    this.digest = sha256(bytes);
    const { s3BucketName, s3ObjectKey } = assetOf(this, bytes, this.digest);
    this.bucket = s3BucketName;
    this.key = s3ObjectKey;
  }

  allowRead(lambda: GovernedFunction): void {
    const resources = [`arn:${Aws.PARTITION}:s3:::${this.bucket}/${this.key}`];
    lambda.allow({ actions: ['s3:GetObject'], resources });
  }
}

/** The CDK takes assets from files only, and copies the file at once, so it can be removed again. */
const assetOf = (scope: Construct, bytes: Uint8Array, assetHash: Sha256): Asset => {
  const directory = mkdtempSync(join(tmpdir(), 'assay-asset-'));
  try {
    const path = join(directory, 'file.json');
    writeFileSync(path, bytes);
    return new Asset(scope, 'Asset', { path, assetHash, assetHashType: AssetHashType.CUSTOM });
  } finally {
    rmSync(directory, { recursive: true });
  }
};
