import type { LocalEndpoints } from '../../../local/endpoints.ts';

const key = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n';
/** Of a local AWS that belongs to this process. */
export const someEndpoints: LocalEndpoints = {
  schemaVersion: 1,
  publicBaseUrl: 'http://localhost:4580',
  awsEndpoint: 'http://127.0.0.1:4566',
  sagemakerEndpoint: 'http://127.0.0.1:4567',
  region: 'us-east-1',
  accountId: '000000000000',
  bus: 'assay',
  table: 'assay-table',
  buckets: { audit: 'audit', evidence: 'evidence' },
  stateMachines: { release: 'arn:release', promotion: 'arn:promotion', rollback: 'arn:rollback' },
  logPublicKey: key,
  recordPublicKey: key,
  attestationPublicKey: key,
  auth: { userPoolId: 'us-east-1_x', userPoolClientId: 'client' },
  pid: process.pid,
};
