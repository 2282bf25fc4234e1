import { describe } from 'vitest';
import { itJudges } from '../known-cases.ts';
import { aManifest, someEvidence } from '../stage-evidence.ts';

const released = (changes: object) => someEvidence({ manifest: aManifest(changes) });

describe('configuration_versions_recorded (RR-2)', () => {
  itJudges('configuration_versions_recorded', [
    {
      claim: 'passes a predictive model, which has neither prompt nor policy',
      evidence: released({ config_version: 'cfg-7' }),
      status: 'passed',
      measured: 'predictive',
      says: ['model type is predictive', 'configuration cfg-7'],
    },
    {
      claim: 'passes an llm with the version of its prompt',
      evidence: released({ model_type: 'llm', prompt_version: 'support-12' }),
      status: 'passed',
      measured: 'llm, prompt support-12',
      says: ['prompt support-12'],
    },
    {
      claim: 'passes an llm with the version of its policy',
      evidence: released({ model_type: 'llm', policy_version: 'answers-3' }),
      status: 'passed',
      measured: 'llm, policy answers-3',
      says: ['policy answers-3'],
    },
    {
      claim: 'fails a model of a type that only another version knows with neither',
      evidence: { ...released({}), manifest: { ...aManifest(), model_type: 'agent' } },
      status: 'failed',
      measured: 'agent',
      says: ['prompt_version or policy_version'],
    },
    {
      claim: 'fails an llm with neither',
      evidence: released({ model_type: 'llm' }),
      status: 'failed',
      measured: 'llm',
      says: ['needs prompt_version or policy_version', 'Add one of them to the manifest'],
    },
    {
      claim: 'takes a word that says nothing for none',
      evidence: released({ model_type: 'llm', prompt_version: 'TBD', policy_version: 'n/a' }),
      status: 'failed',
      measured: 'llm',
      says: ['needs prompt_version'],
    },
    {
      claim: 'passes the files that the policy asks for, and names them',
      evidence: released({
        further_evidence: { training_config: 's3://models/t.yaml', routing_config: 's3://models/r.yaml' },
      }),
      parameters: { required_configurations: ['training_config', 'routing_config'] },
      status: 'passed',
      measured: 'predictive, training_config, routing_config',
      says: ['training_config, routing_config'],
    },
    {
      claim: 'fails without a file that the policy asks for, and says where to name it',
      evidence: released({ further_evidence: { training_config: 's3://models/t.yaml' } }),
      parameters: { required_configurations: ['training_config', 'threshold_config'] },
      status: 'failed',
      says: ['has no threshold_config', 'further_evidence.threshold_config'],
    },
  ]);
});
