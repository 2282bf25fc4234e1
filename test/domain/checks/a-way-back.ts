import type { WayBack } from '../../../lib/domain/checks/way-back.ts';

/** A way back that is open. */
export const aWayBack = (changes: Partial<WayBack> = {}): WayBack => ({
  endpointName: 'credit',
  endpointConfigName: 'credit-2-0-0-e2',
  configured: ['AllTraffic'],
  endpoint: { condition: 'in_service', variants: ['AllTraffic'] },
  isArtifactReadable: true,
  ...changes,
});
