using System.Runtime.CompilerServices;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts.Tests;

public sealed class AlertMessageTests : GalleryTests<AlertGallery>
{
    [Fact]
    public void The_notification_alone_tells_the_story() => Assert.Equal(
        "CRITICAL: InstanceDown, 2 of 2 firing. Instance down",
        AlertMessage.Render(AlertGallery.Of("alertmanager/webhook-v4-firing.json"), new AlertView(), AlertWorld.English).Text);

    [Theory]
    [InlineData("firing", "alert.acknowledge alert.silence alert.close alert.graph")]
    [InlineData("acknowledged", "alert.silence alert.close alert.graph")]
    [InlineData("silence-requested", "alert.acknowledge alert.unsilence alert.close alert.graph")]
    [InlineData("silence-active", "alert.silence alert.unsilence alert.close alert.graph")]
    [InlineData("silence-ending", "alert.close alert.graph")]
    [InlineData("silence-failed", "alert.acknowledge alert.silence alert.close alert.graph")]
    [InlineData("muted", "alert.silence alert.unsilence alert.close alert.graph")]
    [InlineData("resolved", "alert.graph")]
    public void Only_buttons_that_make_sense_are_there(string state, string actions)
    {
        var message = AlertGallery.Messages.Single(item => item.Name == $"state-{state}").Render(AlertWorld.English);

        Assert.Equal(
            actions.Split(' '),
            message.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<InteractiveElement>().Select(element => element.ActionId));
    }

    [Fact]
    public void No_alert_text_is_left_over()
    {
        var code = string.Concat(Directory.EnumerateFiles(
            Path.Combine(Here(), "../../src/Domains/ChatOps.Alerts"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(
            Texts.Keys("en").Where(key => key.StartsWith("alert.", StringComparison.Ordinal)),
            key => Assert.Contains($"\"{key}\"", code, StringComparison.Ordinal));
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
