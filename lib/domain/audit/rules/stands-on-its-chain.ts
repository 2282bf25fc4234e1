import {
  CONFIGURATION_CHAIN,
  type EventType,
  INTAKE_CHAIN,
  LOG_CHAIN,
  OWN_CHAINS,
  type OwnChain,
} from '../../ledger/event.ts';
import type { Rule } from '../history.ts';

/** What stands on the chains of no model, and nowhere else but where it says so. */
const TYPES: Readonly<Record<OwnChain, readonly EventType[]>> = {
  [INTAKE_CHAIN]: ['release_refused'],
  [CONFIGURATION_CHAIN]: [
    'configuration_changed',
    'key_rotation_requested',
    'key_rotation_completed',
    'key_rotation_faulted',
    'outbox_redriven',
    'ungoverned_endpoint_found',
    'ungoverned_endpoint_ended',
    'canaries_evaluated',
    'permission_changed',
    'unexpected_signing_found',
    'audit_rehearsed',
  ],
  [LOG_CHAIN]: ['log_heartbeat', 'decision_key_published', 'attestation_key_published'],
};
/** What is about all models stands on the chain of the configuration, and what is about one on that of the model. */
const OF_ALL_OR_ONE: readonly string[] = ['line_stopped', 'line_stop_lifted', 'line_started'];
/** What no person does. */
const ACTS_OF_ASSAY: readonly string[] = [
  'configuration_changed',
  'canaries_evaluated',
  'permission_changed',
  'unexpected_signing_found',
  'audit_rehearsed',
  'ungoverned_endpoint_found',
  'ungoverned_endpoint_ended',
  ...TYPES[LOG_CHAIN],
];

/** Other Lambdas may append to other chains, so an event on a chain that is not its own is not what it says. */
export const standsOnItsChain: Rule = ({
  event_type: type,
  model,
  model_name: name,
  actor_id: actor,
  actor_role: role,
}) => {
  const isOfAll = OF_ALL_OR_ONE.includes(type) && name === '';
  const own = isOfAll ? CONFIGURATION_CHAIN : OWN_CHAINS.find((chain) => TYPES[chain].some((known) => known === type));
  const at = OWN_CHAINS.find((chain) => chain === model);
  if (at !== own) return `it is on the chain ${model}, and not on ${own === undefined ? 'that of a model' : own}`;
  return ACTS_OF_ASSAY.includes(type) && role !== 'system'
    ? `it is no act of a person, but ${actor} did it as ${role}`
    : undefined;
};
