import type { ModelPackage } from './model-package.ts';

/** The model packages of this account and region. */
export interface ModelPackages {
  /** The ARN that those of every group begin with, without a slash at its end. */
  readonly home: string;
  /** The package as the registry holds it now; undefined if there is none. */
  find(arn: string): Promise<ModelPackage | undefined>;
}
