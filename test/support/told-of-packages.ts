/** What people do to the package of a release by hand, and what becomes of it: each act as it is recorded. */
import { reviewRegistry } from '../../lib/domain/serving/review-registry.ts';
import { settlePackage } from '../../lib/domain/serving/settle-package.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import type { Writer } from '../../lib/rights/writers.ts';
import type { Product } from './product.ts';
import { inAct, recording } from './recorded-acts.ts';
import { aRegistryCase } from './registry-case.ts';
import { approved } from './release-life.ts';
import { changePackage, packageUpdated } from './sagemaker.ts';

/** A package is changed, and changed back, which the message says once and the step of the promotion finds once. */
export const tellOfPackages = async (product: Product, releaseId: string): Promise<void> => {
  const { modelPackageArn = '' } = (await product.store.get('release', releaseId)) ?? {};
  const changeBack = await changePackage(product.aws.sagemakerEndpoint, modelPackageArn, {
    Environment: { HOOK: 'x' },
  });
  await inAct('review-registry', () => product.invoke('review-registry', packageUpdated(modelPackageArn)));
  await changeBack();
};

/** A message finds that a package was rejected, which an operator settles; a sync finds the next thing done to it. */
export const tellOfRegistry = async (): Promise<void> => {
  const made = aRegistryCase(approved);
  const store = recording(made.store);
  const look = (act: string, writer: Writer) =>
    inAct(act, () => reviewRegistry(approved.releaseId, { ...made.world, store: withinRights(writer, store) }));
  await made.sync();
  made.edit({ ModelApprovalStatus: 'Rejected' });
  await look('review-registry', 'ReviewRegistry');
  const claim = { releaseId: approved.releaseId, names: ['olga'], reason: 'a slip', linkedIncident: 'INC-3' };
  const actor = { id: 'olga', role: 'operator', auth: 'jwt' };
  await inAct('settlePackage', () => settlePackage({ ...claim, actor }, store, made.now));
  await made.sync();
  made.edit({ ModelApprovalStatus: 'PendingManualApproval' });
  await look('sync_registry', 'DispatchOutbox');
};
