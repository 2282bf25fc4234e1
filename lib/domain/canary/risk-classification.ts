import type { LiveRelease } from '../checks/live-release.ts';
import { RISK_CLASSIFICATION } from '../checks/risk-classification/checks.ts';
import type { WayBack } from '../checks/way-back.ts';
import type { Controls } from '../evidence/controls.ts';
import { Instant, ReleaseId } from '../identifiers.ts';
import { sha256 } from '../signing/canonical-json.ts';
import type { CanaryRelease, StageCanaries } from './canary.ts';
import { releaseWith } from './canary-release.ts';

const CONTROLS: Controls = {
  tier: 'high',
  declaredTier: 'high',
  computed: { tier: 'high', rule: 'credit' },
  hasFacts: true,
  required: [{ stage: 'model_card', check: 'intended_use_defined', made: true }],
  roles: ['ml_lead'],
  unfilled: [],
  unread: [],
};
const LIVE: LiveRelease = {
  releaseId: ReleaseId.parse('canary-0.9.0'),
  modelVersion: '0.9.0',
  state: 'production',
  artifactSha256: sha256('the former artifact'),
  hasRecord: true,
  approvedUntil: Instant.parse('2100-01-01T00:00:00.000Z'),
  outcomes: undefined,
};
const WAY_BACK: WayBack = {
  endpointName: 'canary',
  endpointConfigName: 'canary-0-9-0',
  configured: ['AllTraffic'],
  endpoint: { condition: 'in_service', variants: ['AllTraffic'] },
  isArtifactReadable: true,
};

const withControls = (changes: Partial<Controls> = {}): CanaryRelease =>
  releaseWith({}, { facts: { controls: async () => ({ ...CONTROLS, ...changes }) } });

const withWayBack = (changes: Partial<WayBack> = {}): CanaryRelease =>
  releaseWith({}, { facts: { liveRelease: async () => LIVE, wayBack: async () => ({ ...WAY_BACK, ...changes }) } });

export const RISK_CLASSIFICATION_CANARIES: StageCanaries = {
  known: RISK_CLASSIFICATION,
  cases: {
    risk_tier_assigned: { good: withControls(), bad: withControls({ tier: 'medium', declaredTier: 'medium' }) },
    required_controls_for_tier_present: {
      good: withControls(),
      bad: withControls({ required: [{ stage: 'model_card', check: 'intended_use_defined', made: false }] }),
    },
    rollback_target_present: { good: withWayBack(), bad: withWayBack({ isArtifactReadable: false }) },
  },
};
