/** The largest policy or directory of approvers, as it is written and as it is deployed. */
export const CONFIGURATION_MAX_BYTES = 262_144;
