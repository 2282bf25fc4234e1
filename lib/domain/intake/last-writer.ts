/** Who wrote to a model package last. SageMaker writes it down with each update; that it is there is not promised. */
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { findByName, findByPrincipal } from '../policy/identities.ts';
import { principalOf } from '../policy/principal.ts';
import type { ModelPackage } from './model-package.ts';

/**
 * The id of the person or machine of the directory; of others the role, which is nobody's name. Empty if SageMaker does not
 * say, and for an IAM user whom the directory does not know: the name of a user is that of a person, and stays out of the ledger.
 */
export const lastWriterOf = (
  { LastModifiedBy: by }: Pick<ModelPackage, 'LastModifiedBy'>,
  directory: DirectoryRecord,
): string => {
  const { SourceIdentity: source = '', Arn: arn = '' } = by?.IamIdentity ?? {};
  const known = findByName(directory, source) ?? (arn === '' ? undefined : findByPrincipal(directory, arn));
  if (known !== undefined) return known.id;
  const principal = principalOf(arn);
  return principal.includes(':role/') ? principal : '';
};
