import { sendingMails } from './sending-mails.ts';

export const command = sendingMails({
  name: 'approvals remind',
  description: [
    'Reminds everybody who was asked to approve a release and has not decided, besides the one reminder that Assay sends itself.',
    'Operators may do so, together with the other one twelve times a day for each release. It decides nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "the change window closes tonight"',
  route: 'reminder',
});
