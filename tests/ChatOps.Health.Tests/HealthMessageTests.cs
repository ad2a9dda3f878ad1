using System.Text.Encodings.Web;
using System.Text.Json;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health.Tests;

public sealed class HealthMessageTests : GalleryTests<HealthGallery>
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    [Theory]
    [InlineData(HealthGallery.PublicIssue, "ISSUE", "EC2", "Operational issue", "af-south-1", "the whole Region", "Operating normally")]
    [InlineData(
        HealthGallery.ApiIssue, "ISSUE", "Elastic Load Balancing", "API issue", "ap-southeast-2", "111122223333",
        "A description of the event")]
    [InlineData(
        HealthGallery.Retirement, "SCHEDULED CHANGE", "EC2", "Persistent instance retirement scheduled", "us-east-1", "batch-worker",
        "i-00ddbf07ce6372082")]
    public void A_message_loses_no_key_fact(string file, params string[] facts)
    {
        var message = HealthGallery.Messages.Single(item => item.Name == file).Render(Locale.For("en", Zone));
        var text = JsonSerializer.Serialize(message, SlackJson.Context.Message);

        Assert.All(facts, fact => Assert.Contains(fact, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Times_are_the_readers()
    {
        var message = HealthGallery.Messages.Single(item => item.Name == HealthGallery.ApiIssue).Render(Locale.For("en", Zone));

        // 05:01:10 GMT: Slack shows it in the reader's zone, and where it cannot, we show it in the company's.
        Assert.Contains(
            "<!date^1772600470^{date_short_pretty} {time}|4 Mar 2026 14:01>", JsonSerializer.Serialize(message, Relaxed),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Details_show_the_whole_text_and_only_AWSs_links()
    {
        var modal = HealthGallery.Modals.Single(item => item.Name == $"details-{HealthGallery.Retirement}").Render(Locale.For("en", Zone));
        var text = string.Join('\n', modal.Blocks.OfType<SectionBlock>().Select(block => ((Mrkdwn)block.Text!).Text));

        Assert.Contains("Why retirement?", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\n", text, StringComparison.Ordinal);
        Assert.Contains("<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html|", text, StringComparison.Ordinal);
        var hostile = HealthGallery.Modals.Single(item => item.Name == "details-hostile").Render(Locale.For("en", Zone));
        Assert.DoesNotContain(
            "<https://evil.example", string.Join('\n', hostile.Blocks.OfType<SectionBlock>().Select(block => ((Mrkdwn)block.Text!).Text)),
            StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions Relaxed = new(SlackJson.Context.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
