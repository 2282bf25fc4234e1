import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import type { Construct } from 'constructs';
import { QUESTIONS } from '../../domain/questions/catalogue.ts';
import { savedQuery } from '../../domain/questions/question.ts';
import { PROJECT, QUESTIONS_SQL } from '../bundling.ts';

export interface AnalyticsQueriesProps {
  readonly database: string;
  readonly workgroup: string;
}

/**
 * Every question as a saved query of Athena, for who works there: the statement that the API and the command line run, filled
 * with samples, under a first line that says what to replace. It is a stack of its own, because the local AWS refuses a whole
 * template that has such a query.
 */
export class AnalyticsQueriesStack extends Stack {
  constructor(scope: Construct, id: string, { database, workgroup }: AnalyticsQueriesProps) {
    super(scope, id, { description: 'Assay: the questions of auditors, as saved queries' });
    for (const question of QUESTIONS) {
      new CfnNamedQuery(this, question.name, {
        name: `assay ${question.name}`,
        description: question.title,
        database,
        workGroup: workgroup,
        queryString: savedQuery(question, readFileSync(join(PROJECT, QUESTIONS_SQL, question.sql), 'utf8')),
      });
    }
  }
}
