using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class AutomationEventsTests
{
    private static readonly DateTimeOffset Started = new(2026, 3, 4, 19, 43, 20, TimeSpan.Zero);
    private static readonly DateTimeOffset Ended = new(2026, 3, 4, 19, 43, 26, TimeSpan.Zero);

    [Fact]
    public void An_execution_that_failed_is_read()
    {
        Assert.True(AutomationEvents.TryReadExecution(Read("execution-failed.json"), out var execution));

        Assert.Equal(
            new AutomationExecutionEvent(
                "a9df25b9-ffb9-df1e-3de3-391b6b677028", "AWS-DisablePublicAccessForSecurityGroup", "Failed", Started, Ended,
                "arn:aws:sts::111122223333:assumed-role/chatops/bot"),
            execution);
    }

    [Theory]
    [InlineData("execution-success.json", "Success", true)]
    [InlineData("execution-in-progress.json", "InProgress", false)]
    public void An_execution_says_whether_it_has_ended(string file, string status, bool ended)
    {
        Assert.True(AutomationEvents.TryReadExecution(Read(file), out var execution));

        Assert.Equal((status, ended), (execution.Status, execution.Ended is not null));
    }

    [Fact]
    public void A_step_is_read()
    {
        Assert.True(AutomationEvents.TryReadStep(Read("step-success.json"), out var step));

        Assert.Equal(
            new AutomationStepEvent(
                "f4380489-6429-bf6e-2ad7-336df9cbb9fa", "AWS-DisablePublicAccessForSecurityGroup", "Success", "DisableSSH",
                "aws:executeAwsApi", Started, Ended),
            step);
    }

    [Fact]
    public void Other_events_are_left_alone()
    {
        Assert.False(AutomationEvents.TryReadExecution(Read("step-success.json"), out _));
        Assert.False(AutomationEvents.TryReadStep(Read("execution-failed.json"), out _));
        Assert.False(AutomationEvents.TryReadExecution(Read("execution-failed.json") with { Source = "someone.else" }, out _));
    }

    [Fact]
    public void An_event_without_its_id_is_not_understood() =>
        Assert.False(
            AutomationEvents.TryReadExecution(Read("execution-failed.json") with { Detail = Data.Json("""{"Status":"Failed"}""") }, out _));

    [Theory]
    [InlineData("Mar 4, 2026 7:43:20 PM")]
    [InlineData("Mar 4, 2026, 7:43:20 PM")]
    [InlineData("Mar 4, 2026, 7:43:20\u202fPM")]
    [InlineData("2026-03-04T19:43:20Z")]
    [InlineData("2026-03-05T04:43:20.000+09:00")]
    public void Times_are_read_in_every_form_seen(string text) => Assert.Equal(Started, AutomationEvents.ReadTime(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("Mar 44, 2026 7:43:20 PM")]
    public void A_time_that_is_not_understood_is_absent(string? text) => Assert.Null(AutomationEvents.ReadTime(text));

    [Property]
    public bool Times_never_fault(string? text) => AutomationEvents.ReadTime(text) is null || text is not null;

    private static EventBridgeEnvelope Read(string file)
    {
        Assert.True(EventBridgeEnvelope.TryParse(Data.Event("ssm-automation", file), out var events, out var error), error);
        return events[0];
    }
}
