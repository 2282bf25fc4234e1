import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { type Command, defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { SentAnswer, sentTable } from '../terminal/waiting-account.ts';

type Sending = {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  /** What is asked of the request or the release, as the last part of the path. */
  readonly route: 'reminder' | 'resend';
};

/** A command by which operators have mails about a request or a release sent. */
export const sendingMails = ({ route, ...texts }: Sending): Command =>
  defineCommand({
    ...texts,
    parameters: ['REQUEST|RELEASE'],
    options: {
      reason: { type: 'string', isRequired: true, description: 'why, for the record' },
      json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    },
    run: async ({ values, positionals: [id = ''] }, around) => {
      const { reason } = values;
      const connection = await connect(around);
      const call = { method: 'POST', path: ['approvals', id, route], role: 'operator', body: { reason } } as const;
      const answer = await callApi(connection, call, SentAnswer);
      around.out(values.json ? jsonText(answer) : sentTable(answer));
      return EXIT.ok;
    },
  });
