import { describe, expect, it } from 'vitest';
import { parseMails } from '../../local/mailbox.ts';
import { mailboxPage } from '../../local/pages.ts';

const message = (Subject: string, Timestamp: number, BodyText = '') => ({
  MessageId: Subject,
  Source: 'Assay <assay@example.com>',
  To: ['ana@example.com'],
  Subject,
  BodyText,
  Timestamp,
});
const pageOf = (...messages: object[]) => mailboxPage(parseMails({ messages: { '000000000000': messages } }));

describe('the mailbox page', () => {
  it('shows what a mail says and runs nothing of it', () => {
    const page = pageOf(message('<img src=x onerror=alert(1)>', 1, '<script>alert(1)</script> & "more"'));

    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;');
    expect(page).toContain('Assay &lt;assay@example.com&gt;');
    expect(page).not.toMatch(/<script|<img/);
  });

  it('makes web addresses links and leaves the sentence around them', () => {
    const page = pageOf(
      message('Decide', 1, 'Decide (http://127.0.0.1:4580/a/abc.def?x=1&y=2). Not javascript:alert(1).'),
    );

    expect(page).toContain(
      '(<a href="http://127.0.0.1:4580/a/abc.def?x=1&amp;y=2">http://127.0.0.1:4580/a/abc.def?x=1&amp;y=2</a>). Not javascript:alert(1).',
    );
  });

  it('does not let an address break out of its link', () => {
    const page = pageOf(message('Decide', 1, 'http://example.com/"onmouseover="alert(1)'));

    expect(page).toContain('<a href="http://example.com/">http://example.com/</a>&quot;onmouseover=');
  });

  it('shows the newest mail first, also within one second', () => {
    const page = pageOf(message('first', 10), message('second', 10), message('oldest', 9));

    const places = ['second', 'first', 'oldest'].map((subject) => page.indexOf(`<h2>${subject}</h2>`));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  it('says so when nobody was written to', () => {
    expect(pageOf()).toContain('No mail yet');
  });
});
