/** The preset of four reviews and its people, on a deployment. */
import { listed } from '../../../lib/domain/soundness.ts';
import { deployPeople, deployPolicy, written } from './governance.ts';

/** The one role of the preset that nobody of the example has. */
const RELEASE_MANAGER = {
  id: 'rosa.lind',
  name: 'Rosa Lind',
  email: 'rosa.lind@example.com',
  roles: ['release_manager'],
};

type Changes = { readonly order?: 'side_by_side'; readonly business?: readonly string[] };

/** Deploys it until it is restored, as shipped or with changes. Its checks are the example's, whose keys they trust. */
export const deployReviews = async ({ order, business }: Changes = {}): Promise<() => Promise<void>> => {
  const [preset, example, people] = await Promise.all(
    ['presets/review-stages.yaml', 'governance-policy.yaml', 'approvers.yaml'].map(written),
  );
  const tiers = Object.entries(Object(preset?.['tiers'])).map(([name, tier]) => [
    name,
    order === undefined ? tier : { ...Object(tier), review_order: order },
  ]);
  const restorePeople = await deployPeople({ ...people, people: [...listed(people?.['people']), RELEASE_MANAGER] });
  const restorePolicy = await deployPolicy({
    ...preset,
    review_stages: { ...Object(preset?.['review_stages']), ...(business && { business }) },
    stages: example?.['stages'],
    tiers: Object.fromEntries(tiers),
  });
  return async () => {
    await restorePolicy();
    await restorePeople();
  };
};
