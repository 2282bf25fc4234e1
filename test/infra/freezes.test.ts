import { expect, it } from 'vitest';
import { coreTemplate, PRODUCTION, textOf } from './template.ts';

it('a freeze is known to the gate, to the order that follows it, to the doors and to what renews approvals, and to no step of a rollback (GT-6)', () => {
  const functions = Object.values(coreTemplate(PRODUCTION).findResources('AWS::Lambda::Function'));
  const knowing = functions
    .filter(({ Properties }) => 'POLICY_KEY' in Properties.Environment.Variables)
    .map(({ Properties }) => /[A-Z][a-zA-Z]+?(?=Role[0-9A-F]{8})/.exec(textOf(Properties.Role))?.[0] ?? '')
    .map((role) => role.replace(/^Governance(Workflow|Doors|Intake|ReleaseWorkflow)?/, ''));

  expect(knowing.toSorted()).toEqual([
    'DeployEndpoint',
    'ReceiveRelease',
    'RenewApproval',
    'ServeApi',
    'ServeConsole',
    'ServeGate',
    'VerifyPromotion',
  ]);
});
