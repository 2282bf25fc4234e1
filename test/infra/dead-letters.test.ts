import { expect, it } from 'vitest';
import { coreTemplate, resourceOf, textOf } from './template.ts';

it('what could be put on no page is kept, for rules of the bus of this environment alone, and is counted', () => {
  const core = coreTemplate();
  const { Properties } = resourceOf(core, 'AWS::SQS::QueuePolicy', 'GovernanceLostPages');
  const measure = resourceOf(core, 'AWS::Lambda::Function', 'GovernanceMeasuringMeasureFleetFunction');
  const [allowed, ...others] = Properties.PolicyDocument.Statement.filter(
    ({ Effect }: { Effect: string }) => Effect === 'Allow',
  );

  expect(others).toEqual([]);
  expect(allowed).toMatchObject({ Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' } });
  expect(textOf(allowed.Condition.ArnLike['aws:SourceArn'])).toMatch(/:rule\/<\w+>\/\*$/);
  expect(JSON.stringify(measure['Properties'].Environment.Variables.DEAD_LETTER_QUEUES)).toContain(
    textOf(allowed.Resource).slice(1, -'.Arn>'.length),
  );
});
