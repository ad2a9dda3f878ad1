using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>What Slack refuses is shown all the same: later, plainer, or elsewhere; at last by mail.</summary>
public class RefusalTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    private static readonly Block[] Picture =
        [new SectionBlock(new Mrkdwn("details")), new ImageBlock("a graph", "https://example.com/graph.png")];

    /// <summary>The codes on Slack's pages of chat.postMessage and chat.update, and one that is on no page.</summary>
    public static TheoryData<string> Codes => [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "slack-errors.txt"))];

    [Theory, MemberData(nameof(Codes))]
    public async Task Whatever_Slack_calls_it_a_message_refused_twice_is_not_lost(string code)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Things.Blocks = Picture;
        var refused = 0;
        delivery.Slack.Refuse = (method, _) => method == "chat.postMessage" && ++refused <= 2 ? code : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);

        var stands = delivery.Slack.Messages().Concat(delivery.Slack.Messages("C0GENERAL"));
        Assert.Equal("a v1", Assert.Single(stands).Text);
    }

    /// <summary>Except where the whole workspace, or Slack itself, is what is ill: then it waits.</summary>
    [Theory, MemberData(nameof(Codes))]
    public async Task Whatever_Slack_calls_it_a_channel_that_refuses_for_good_loses_nothing(string code)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Things.Blocks = Picture;
        delivery.Slack.Refuse = (method, body) => method == "chat.postMessage" && body["channel"]!.GetValue<string>() == "C0SECURITY"
            ? code
            : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);

        if (SlackFaults.Of(SlackMethods.Post, code).Fault is SlackFault.Transient or SlackFault.Workspace)
        {
            delivery.Slack.Refuse = (_, _) => null;
            await delivery.PumpAsync(TimeSpan.FromMinutes(10));
            Assert.Single(delivery.Slack.Messages());
        }
        else
        {
            Assert.Equal("a v1", Assert.Single(delivery.Slack.Messages("C0GENERAL")).Text);
            Assert.Single(delivery.Slack.Replies("C0GENERAL"));
        }
    }

    [Theory]
    [InlineData("invalid_blocks")]
    [InlineData("msg_too_long")]
    [InlineData("a_code_of_next_year")]
    public async Task Refused_blocks_stand_as_text_and_so_does_every_update(string code)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Things.Blocks = Picture;
        delivery.Slack.Refuse = (method, body) =>
            method is "chat.postMessage" or "chat.update" && body["blocks"] is System.Text.Json.Nodes.JsonArray { Count: > 0 }
                ? code
                : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);
        Assert.Equal("a v1", Assert.Single(delivery.Slack.Messages()).Text);

        delivery.Things.Text["a"] = "a v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await delivery.PumpAsync(Soon);
        Assert.Equal("a v2", Assert.Single(delivery.Slack.Messages()).Text);
    }

    [Fact]
    public async Task A_picture_alone_is_left_out_before_the_blocks_are()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Things.Blocks = Picture;
        delivery.Slack.Refuse = (method, body) =>
            method == "chat.postMessage" && body["blocks"]?.ToJsonString().Contains("image", StringComparison.Ordinal) == true
                ? "invalid_blocks"
                : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);

        Assert.Contains("details", Assert.Single(delivery.Slack.Messages()).Body["blocks"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_metadata_is_left_out()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Things.Blocks = Picture;
        delivery.Slack.Refuse = (method, body) =>
            method == "chat.postMessage" && body["metadata"] is not null ? "invalid_metadata_format" : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);

        Assert.NotNull(Assert.Single(delivery.Slack.Messages()).Body["blocks"]);
    }

    [Theory]
    [InlineData("cannot_reply_to_message")]
    [InlineData("restricted_action_thread_locked")]
    public async Task A_line_that_its_thread_does_not_take_stands_in_the_channel_with_what_it_is_about(string code)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Refuse = (method, body) => method == "chat.postMessage" && body["thread_ts"] is not null ? code : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.ReplyAsync("a", "assigned");
        await delivery.PumpAsync(Soon);

        Assert.Equal(["a v1", "a v1\nassigned"], delivery.Slack.Messages().Select(message => message.Text));
    }

    /// <summary>The fallback does not take it either, for a while.</summary>
    [Fact]
    public async Task What_no_channel_takes_waits_and_is_tried_again()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        var until = delivery.Time.GetUtcNow() + TimeSpan.FromSeconds(8);
        delivery.Slack.Refuse = (method, body) => method == "chat.postMessage"
            && (body["channel"]!.GetValue<string>() == "C0SECURITY" || delivery.Time.GetUtcNow() < until)
            ? "restricted_action"
            : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(5));
        Assert.Contains(
            "restricted_action", Assert.Single((await delivery.Status.ReadAsync(default)).Errors).Error, StringComparison.Ordinal);

        await delivery.PumpAsync(Soon);
        Assert.Single(delivery.Slack.Messages("C0GENERAL"));
        Assert.Single(delivery.Slack.Replies("C0GENERAL"));
        Assert.Empty((await delivery.Status.ReadAsync(default)).Errors);
    }

    [Fact]
    public async Task What_no_channel_takes_for_long_goes_out_by_mail_once()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Refuse = (method, _) => method == "chat.postMessage" ? "restricted_action" : null;

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromMinutes(30));

        var mail = Assert.Single(delivery.Mails.Sent);
        Assert.Equal(["ops@example.com"], mail.To);
        Assert.Contains("a v1", mail.Plain, StringComparison.Ordinal);
        Assert.Contains("restricted_action", mail.Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_that_is_refused_whatever_its_form_does_not_take_the_others_with_it()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Refuse = (method, body) => method == "chat.postMessage" && body["text"]!.GetValue<string>() == "bad v1"
            ? "invalid_blocks"
            : null;

        await delivery.RequestAsync(Want("bad", Severity.Critical), Want("good"));
        await delivery.PumpAsync(Soon);
        Assert.Equal("good v1", Assert.Single(delivery.Slack.Messages()).Text);
        Assert.Equal(Thing("bad"), Assert.Single((await delivery.Status.ReadAsync(default)).Errors).Subject);

        delivery.Things.Text["bad"] = "bad v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("bad"), Severity.Critical, true));
        await delivery.PumpAsync();
        Assert.Equal("bad v2", Assert.Single(delivery.Slack.Messages("C0GENERAL")).Text);
    }

    [Theory]
    [InlineData("message_not_found", false)]
    [InlineData("cant_update_message", true)]
    [InlineData("edit_window_closed", true)]
    [InlineData("a_code_of_next_year", true)]
    public async Task A_message_that_cannot_be_changed_is_posted_anew_once_when_its_subject_gets_worse(string code, bool linked)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        var old = Assert.Single(delivery.Slack.Messages()).Ts;
        delivery.Slack.Refuse = (method, body) => method == "chat.update" && body["ts"]!.GetValue<string>() == old ? code : null;

        // Better: the old message is let be.
        await ChangeAsync(delivery, "a v2", Severity.Low, open: true);
        Assert.Equal("a v1", Assert.Single(delivery.Slack.Messages()).Text);

        // Worse: a new one stands, and is kept up to date.
        await ChangeAsync(delivery, "a v3", Severity.Critical, open: true);
        Assert.Equal(["a v1", "a v3"], delivery.Slack.Messages().Select(message => message.Text));
        await ChangeAsync(delivery, "a v4", Severity.Critical, open: true);
        await ChangeAsync(delivery, "a v5", Severity.Critical, open: false);
        Assert.Equal(["a v1", "a v5"], delivery.Slack.Messages().Select(message => message.Text));
        Assert.Equal(linked ? 1 : 0, delivery.Slack.Replies().Count(reply => reply.Text.Contains(old, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("message_not_found")]
    [InlineData("edit_window_closed")]
    public async Task A_message_that_was_deleted_is_posted_anew_when_its_subject_is_open_again(string code)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        var old = Assert.Single(delivery.Slack.Messages()).Ts;
        delivery.Slack.Refuse = (method, body) => method == "chat.update" && body["ts"]!.GetValue<string>() == old ? code : null;

        await ChangeAsync(delivery, "a v2", Severity.Medium, open: false);
        Assert.Single(delivery.Slack.Messages());

        delivery.Things.Text["a"] = "a v3";
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(Soon);
        Assert.Equal(["a v1", "a v3"], delivery.Slack.Messages().Select(message => message.Text));
    }

    private static async Task ChangeAsync(DeliveryHarness delivery, string text, Severity rank, bool open)
    {
        delivery.Things.Text["a"] = text;
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), rank, open));
        await delivery.PumpAsync(Soon);
    }
}
