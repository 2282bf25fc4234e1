import { sendingMails } from './sending-mails.ts';

export const command = sendingMails({
  name: 'approvals resend',
  description: [
    'Sends a lost message again. While a request waits, everybody who has not decided gets their link again;',
    'of a release that has ended, or gone to production, everybody whom that concerns hears of it again.',
    'Operators may do so, together with the other one twelve times a day for each release. It decides nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "the mail server was down"',
  route: 'resend',
});
