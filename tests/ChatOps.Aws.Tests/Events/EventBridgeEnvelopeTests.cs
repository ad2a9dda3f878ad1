using System.Text;
using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class EventBridgeEnvelopeTests
{
    private const string Good = """
        {"version":"0","id":"e-1","detail-type":"T","source":"aws.x","account":"111122223333","time":"2026-03-04T05:06:07Z","region":"us-east-1","resources":["arn:aws:s3:::b"],"detail":{"a":1}}
        """;

    public static TheoryData<string, string> RealEvents
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var folder in (string[])[
                "securityhub-imported", "securityhub-custom-action", "securityhub-insight-results", "securityhub-v2-ocsf", "guardduty",
                "inspector2", "health", "ssm-automation"
            ])
            {
                foreach (var file in Data.Events(folder))
                    data.Add(folder, file);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RealEvents))]
    public void Real_events_are_read(string folder, string file)
    {
        var json = Data.Event(folder, file);

        Assert.True(EventBridgeEnvelope.TryParse(json, out var events, out var error), error);

        var envelope = Assert.Single(events);
        Assert.Equal(Data.Json(Encoding.UTF8.GetString(json)).GetProperty("detail-type").GetString(), envelope.DetailType);
        Assert.StartsWith("aws.", envelope.Source, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, envelope.Time.Offset);
    }

    [Fact]
    public void One_event_has_all_its_fields()
    {
        Assert.True(EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes(Good), out var events, out _));

        var envelope = Assert.Single(events);
        Assert.Equal(
            ("e-1", "aws.x", "T", "111122223333", "us-east-1"),
            (envelope.Id, envelope.Source, envelope.DetailType, envelope.Account, envelope.Region));
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), envelope.Time);
        Assert.Equal("arn:aws:s3:::b", Assert.Single(envelope.Resources));
        Assert.Equal(1, envelope.Detail.GetProperty("a").GetInt32());
        Assert.Equal("0", envelope.Raw.GetProperty("version").GetString());
    }

    [Fact]
    public void An_array_of_events_is_read()
    {
        Assert.True(EventBridgeEnvelope.TryParse(
            Encoding.UTF8.GetBytes($"[{Good},{Good.Replace("e-1", "e-2", StringComparison.Ordinal)}]"), out var events, out _));

        Assert.Equal(["e-1", "e-2"], events.Select(envelope => envelope.Id));
    }

    [Fact]
    public void Resources_may_be_absent()
    {
        Assert.True(EventBridgeEnvelope.TryParse(
            Encoding.UTF8.GetBytes(Good.Replace("\"resources\"", "\"other\"", StringComparison.Ordinal)), out var events, out _));

        Assert.Empty(events[0].Resources);
    }

    [Theory]
    [InlineData("", "The body is not valid JSON")]
    [InlineData("{", "The body is not valid JSON")]
    [InlineData("42", "Expected an EventBridge event or an array of them, got a number.")]
    [InlineData("[]", "The array holds no event.")]
    [InlineData("[[]]", "[0]: Expected an EventBridge event (an object), got an array.")]
    [InlineData("{}", "'id' is missing.")]
    public void What_is_wrong_is_said(string json, string message)
    {
        Assert.False(EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes(json), out var events, out var error));

        Assert.Null(events);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"e-1\"", "7", "'id' is not text.")]
    [InlineData("\"e-1\"", "\"\"", "'id' is empty.")]
    [InlineData("\"e-1\"", "\"\\ud800\"", "'id' is not text.")]
    [InlineData("\"detail-type\"", "\"detailType\"", "'detail-type' is missing.")]
    [InlineData("2026-03-04T05:06:07Z", "yesterday", "'time' is not an ISO 8601 time.")]
    [InlineData("{\"a\":1}", "\"x\"", "'detail' is missing or not an object.")]
    [InlineData("[\"arn:aws:s3:::b\"]", "7", "'resources' is not an array.")]
    [InlineData("[\"arn:aws:s3:::b\"]", "[7]", "'resources' holds something that is not text.")]
    public void A_wrong_field_is_named_with_its_place(string from, string to, string message)
    {
        var wrong = Good.Replace(from, to, StringComparison.Ordinal);

        Assert.False(EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes($"[{Good},{wrong}]"), out _, out var error));

        Assert.Equal($"[1]: {message}", error);
    }

    [Fact]
    public void JSON_nested_too_deeply_is_refused()
    {
        var deep = Good.Replace("{\"a\":1}", $"{{\"a\":{new string('[', 10_000)}{new string(']', 10_000)}}}", StringComparison.Ordinal);

        Assert.False(EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes(deep), out _, out var error));

        Assert.StartsWith("The JSON is nested deeper than 64 levels", error, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public bool Any_bytes_are_read_without_a_fault(byte[]? bytes) =>
        EventBridgeEnvelope.TryParse(bytes, out var events, out var error) ? events.Count > 0 : error.Length > 0;

    [Property(MaxTest = 300)]
    public bool A_cut_event_is_refused_without_a_fault(ushort at) =>
        !EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes(Good.Trim()[..(at % (Good.Trim().Length - 1))]), out _, out var error)
            && error.Length > 0;
}
