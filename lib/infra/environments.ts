/** The environment of each Lambda, by the schema of its own `env.ts`: a missing variable does not compile. */
export interface Environments {
  ReceiveRelease: import('../../lambdas/receive-release/env.ts').Env;
  PinEvidence: import('../../lambdas/pin-evidence/env.ts').Env;
  RegisterModelPackage: import('../../lambdas/register-model-package/env.ts').Env;
  EvaluateDataProvenance: import('../../lambdas/evaluate-data-provenance/env.ts').Env;
  EvaluateModelCard: import('../../lambdas/evaluate-model-card/env.ts').Env;
  EvaluateBiasAndFairness: import('../../lambdas/evaluate-bias-and-fairness/env.ts').Env;
  EvaluateSafetyEvaluation: import('../../lambdas/evaluate-safety-evaluation/env.ts').Env;
  EvaluateSecurityReview: import('../../lambdas/evaluate-security-review/env.ts').Env;
  EvaluateCustomChecks: import('../../lambdas/evaluate-custom-checks/env.ts').Env;
  EvaluateRiskClassification: import('../../lambdas/evaluate-risk-classification/env.ts').Env;
  RenewApproval: import('../../lambdas/renew-approval/env.ts').Env;
  RunCanaries: import('../../lambdas/run-canaries/env.ts').Env;
  EvaluateGate: import('../../lambdas/evaluate-gate/env.ts').Env;
  StoreApprovalToken: import('../../lambdas/store-approval-token/env.ts').Env;
  RenewSignatures: import('../../lambdas/renew-signatures/env.ts').Env;
  SignRecord: import('../../lambdas/sign-record/env.ts').Env;
  VerifyPromotion: import('../../lambdas/verify-promotion/env.ts').Env;
  DeployEndpoint: import('../../lambdas/deploy-endpoint/env.ts').Env;
  VerifyEndpoint: import('../../lambdas/verify-endpoint/env.ts').Env;
  PromoteRelease: import('../../lambdas/promote-release/env.ts').Env;
  RestoreEndpoint: import('../../lambdas/restore-endpoint/env.ts').Env;
  DeleteEndpoint: import('../../lambdas/delete-endpoint/env.ts').Env;
  VerifyFallback: import('../../lambdas/verify-fallback/env.ts').Env;
  SwitchEndpoint: import('../../lambdas/switch-endpoint/env.ts').Env;
  RollBackRelease: import('../../lambdas/roll-back-release/env.ts').Env;
  OpenEndpoint: import('../../lambdas/open-endpoint/env.ts').Env;
  MoveEndpoint: import('../../lambdas/move-endpoint/env.ts').Env;
  CloseEndpoint: import('../../lambdas/close-endpoint/env.ts').Env;
  RecordFault: import('../../lambdas/record-fault/env.ts').Env;
  SettleExecution: import('../../lambdas/settle-execution/env.ts').Env;
  RequestRollback: import('../../lambdas/request-rollback/env.ts').Env;
  SweepEndpoints: import('../../lambdas/sweep-endpoints/env.ts').Env;
  ReviewRegistry: import('../../lambdas/review-registry/env.ts').Env;
  RecordAccountCalls: import('../../lambdas/record-account-calls/env.ts').Env;
  MonitorModels: import('../../lambdas/monitor-models/env.ts').Env;
  DispatchOutbox: import('../../lambdas/dispatch-outbox/env.ts').Env;
  ExtendLog: import('../../lambdas/extend-log/env.ts').Env;
  ServeApproval: import('../../lambdas/serve-approval/env.ts').Env;
  ServeApi: import('../../lambdas/serve-api/env.ts').Env;
  KeepLegalHolds: import('../../lambdas/keep-legal-holds/env.ts').Env;
  MeasureFleet: import('../../lambdas/measure-fleet/env.ts').Env;
  ServeSlack: import('../../lambdas/serve-slack/env.ts').Env;
  ServeGate: import('../../lambdas/serve-gate/env.ts').Env;
  DeriveHistory: import('../../lambdas/derive-history/env.ts').Env;
  RehearseAudit: import('../../lambdas/rehearse-audit/env.ts').Env;
  ServeQuestions: import('../../lambdas/serve-questions/env.ts').Env;
  ServeConsole: import('../../lambdas/serve-console/env.ts').Env;
}

export type LambdaName = keyof Environments;

/** `VerifyEvidence` lives in `lambdas/verify-evidence`. */
export const folderOf = (name: string): string => name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
