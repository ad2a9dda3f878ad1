namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class MrkdwnTests(Browser browser)
{
    [Fact]
    public async Task Text_of_any_shape_becomes_only_harmless_elements_and_escaped_text_reads_as_it_was()
    {
        await using var open = await OpenPage.AsAsync(browser);

        var faults = await open.Page.EvaluateAsync<string[]>("""
            async () => {
              const { mrkdwn, encode } = await import('/js/mrkdwn.js');
              const { markdown } = await import('/js/markdown.js');
              const { toRichText, richText } = await import('/js/richtext.js');
              const ctx = { me: 'U1', zone: 'Asia/Seoul', user: () => undefined, channel: () => undefined, users: () => [], channels: () => [] };
              const pieces = ['<', '>', '&', '&lt;', '&amp;', '*', '_', '~', '`', '```', ':tada:', ':', '!', '@', '#', '|', '^', '[', ']', '(', ')', '- ', '1. ', '> ', '\n', ' ', '가', 'a', '\u{1F600}',
                '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<!channel>', '<javascript:alert(1)|x>', '[x](javascript:alert(1))', '<@U1>', '<#C1|x>', '<!date^1^{date}|x>', '<!date^99999999999999^{time}|x>', 'https://example.com/', '"', "'"];
              let seed = 20261123;
              const next = size => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % size;
              const faults = [];
              for (let i = 0; i < 3000 && faults.length < 5; i++) {
                const text = Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]).join('');
                const box = document.createElement('div');
                try {
                  box.append(...mrkdwn(text, ctx), ...markdown(text), ...richText(toRichText(text) ?? { elements: [] }, ctx));
                } catch (error) {
                  faults.push(`${JSON.stringify(text)} threw ${error}`);
                }
                for (const element of box.querySelectorAll('*')) {
                  const isSafe = !['SCRIPT', 'IMG', 'IFRAME', 'STYLE'].includes(element.tagName) && ![...element.attributes].some(one => one.name.startsWith('on'))
                    && !/^(?!https?:|mailto:|tel:)/i.test(element.getAttribute('href') ?? 'https:');
                  if (!isSafe) faults.push(`${JSON.stringify(text)} made ${element.outerHTML}`);
                }
                const plain = text.replace(/[*_~`:>\n]|https?/g, '');
                const shown = document.createElement('div');
                shown.append(...mrkdwn(encode(plain), ctx));
                if (shown.textContent !== plain) faults.push(`${JSON.stringify(plain)} was shown as ${JSON.stringify(shown.textContent)}`);
              }
              return faults;
            }
            """);

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("*bold*", "<strong>bold</strong>")]
    [InlineData("*굵게*은", "*굵게*은")]
    [InlineData("(*굵게*)", "(<strong>굵게</strong>)")]
    [InlineData("a*b*c 2 * 3 * 4", "a*b*c 2 * 3 * 4")]
    [InlineData("_it *both*_", "<em>it <strong>both</strong></em>")]
    [InlineData("`*not*`", "<code>*not*</code>")]
    [InlineData("snake_case_name", "snake_case_name")]
    [InlineData("&lt;!here&gt; :nope:", "&lt;!here&gt; :nope:")]
    [InlineData("&gt; a\n&gt; b\nc", "<blockquote>a<br>b</blockquote>c")]
    [InlineData("x ```\na <https://e.com|b>\n``` y", "x <pre tabindex=\"0\"><code>a b</code></pre> y")]
    public async Task Marks_are_read_where_Slack_reads_them(string text, string expected)
    {
        await using var open = await OpenPage.AsAsync(browser);

        var html = await open.Page.EvaluateAsync<string>("""
            async text => {
              const { mrkdwn } = await import('/js/mrkdwn.js');
              const box = document.createElement('div');
              box.append(...mrkdwn(text, { me: '', zone: 'Asia/Seoul', user: () => undefined, channel: () => undefined }));
              return box.innerHTML;
            }
            """, text);

        Assert.Equal(expected, html);
    }
}
