using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox.Tests.Slack;

/// <summary>Reads one person's server-sent events as a page does.</summary>
internal sealed class PageReader(StreamReader reader) : IAsyncDisposable
{
    public string LastId { get; private set; } = "";

    /// <summary>Opens the stream and waits until it is subscribed, so that nothing published afterwards is missed.</summary>
    public static async Task<PageReader> OpenAsync(LocalSlack slack, string user, string? lastEventId = null)
    {
        var opened = new PageReader(new StreamReader(await slack.OpenStream(user, lastEventId)));
        if (lastEventId is null)
        {
            await opened.NextAsync("open");
        }
        return opened;
    }

    public async Task<JsonObject> NextAsync(string type)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        string? name = null;
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line == ": open" && type == "open")
            {
                return [];
            }
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                LastId = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && name == type)
            {
                return (JsonObject)JsonNode.Parse(line[6..])!;
            }
        }
        throw new InvalidOperationException($"the stream ended without {type}");
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        return ValueTask.CompletedTask;
    }
}

public class PageStreamTests
{
    [Fact]
    public async Task Everyone_hears_of_messages_and_only_its_reader_of_an_ephemeral_one()
    {
        await using var slack = await LocalSlack.StartAsync();
        await using var minho = await PageReader.OpenAsync(slack, "U0MINHO");
        await using var sora = await PageReader.OpenAsync(slack, "U0SORA");

        await slack.Call("chat.postEphemeral", (JsonObject)JsonNode.Parse("""{"channel":"C0SECURITY","user":"U0MINHO","text":"psst"}""")!);
        await slack.Call("chat.postMessage", (JsonObject)JsonNode.Parse("""{"channel":"C0SECURITY","text":"all"}""")!);

        var first = await minho.NextAsync("message");
        Assert.Equal(("psst", true), (first["message"].Text("text"), first["message"].Flag("is_ephemeral")));
        Assert.Equal("all", (await sora.NextAsync("message"))["message"].Text("text"));
    }

    [Fact]
    public async Task A_page_that_reconnects_gets_what_it_missed()
    {
        await using var slack = await LocalSlack.StartAsync();
        string last;
        await using (var page = await PageReader.OpenAsync(slack, "U0MINHO"))
        {
            await slack.PostButton();
            await page.NextAsync("message");
            last = page.LastId;
        }
        await slack.Call("chat.postMessage", (JsonObject)JsonNode.Parse("""{"channel":"C0SECURITY","text":"missed"}""")!);

        await using var again = await PageReader.OpenAsync(slack, "U0MINHO", last);

        Assert.Equal("missed", (await again.NextAsync("message"))["message"].Text("text"));
    }

    [Fact]
    public async Task A_page_of_an_earlier_run_is_told_to_start_again()
    {
        await using var slack = await LocalSlack.StartAsync();

        await using var page = await PageReader.OpenAsync(slack, "U0MINHO", "00000000-7");

        Assert.NotNull(await page.NextAsync("reset"));
    }

    [Fact]
    public async Task A_page_that_reads_too_slowly_is_cut_off_and_catches_up_by_its_last_event()
    {
        var stream = new PageStream();
        using var slow = stream.Subscribe("U0MINHO", null);
        for (var i = 0; i < 2_001; i++)
        {
            stream.Publish("message", new JsonObject { ["n"] = i });
        }

        var read = new List<PageEvent>();
        await foreach (var item in slow.ReadAllAsync(CancellationToken.None))
        {
            read.Add(item);
        }
        using var again = stream.Subscribe("U0MINHO", read[^1].Id);
        await using var missed = again.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();

        Assert.Equal(2_000, read.Count);
        Assert.True(await missed.MoveNextAsync());
        Assert.Equal("""{"n":2000}""", missed.Current.Data);
    }

    [Fact]
    public async Task Unread_messages_are_counted_until_the_channel_is_read()
    {
        await using var slack = await LocalSlack.StartAsync();
        await slack.PostButton();

        Assert.Equal(1, await Unread(slack));
        await slack.Read("messages?channel=C0SECURITY&user=U0MINHO");
        Assert.Equal(0, await Unread(slack));
    }

    private static async Task<int> Unread(LocalSlack slack) =>
        (await slack.Read("workspace?user=U0MINHO")).Objects("channels")
            .Single(c => c.Text("id") == "C0SECURITY")["unread"]!.GetValue<int>();
}
