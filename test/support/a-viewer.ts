import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { Viewer } from '../../lib/web/console/frame.ts';
import type { HeldRow, ServedRow, WaitingRow } from '../../lib/web/console/now-view.ts';
import { NOW } from './approval-case.ts';

/** Omar, an operator, who looks at noon of the day of the tests. */
export const aViewer = (changes: Partial<Viewer> = {}): Viewer => ({
  id: 'omar',
  name: 'Omar Operator',
  roles: ['operator'],
  isOperator: true,
  now: NOW,
  publicBaseUrl: 'https://assay.bank.example',
  ...changes,
});

export const ago = (ms: number): Instant => plusMilliseconds(NOW, -ms);

export const aServedRow = (changes: Partial<ServedRow> = {}): ServedRow => ({
  modelName: 'churn',
  endpointName: 'churn-prod',
  status: 'governed',
  releaseId: 'churn-2-1-0',
  modelVersion: '2.1.0',
  riskTier: 'low',
  since: ago(3_600_000),
  approvedUntil: plusMilliseconds(NOW, 86_400_000),
  approvals: [{ name: 'Ada Lovelace', role: 'ml_lead', at: ago(7_200_000) }],
  fallback: { releaseId: 'churn-2-0-0', modelVersion: '2.0.0' },
  isHeld: false,
  isStopped: false,
  isRollingBack: false,
  ...changes,
});

export const aWaitingRow = (changes: Partial<WaitingRow> = {}): WaitingRow => ({
  releaseId: 'churn-2-2-0',
  modelName: 'churn',
  modelVersion: '2.2.0',
  riskTier: 'low',
  since: ago(3_600_000),
  seats: [{ role: 'ml_lead', people: ['Ada Lovelace'] }],
  isMine: false,
  because: [],
  ...changes,
});

export const aHeldRow = (changes: Partial<HeldRow> = {}): HeldRow => ({
  modelName: 'churn',
  since: ago(3_600_000),
  missing: 1,
  needed: 2,
  agreed: ['Olga Brandt'],
  notBy: 'Oscar Operator',
  isMine: false,
  ...changes,
});
