using System.Text;
using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class SnsEnvelopeTests
{
    [Fact]
    public void A_message_has_all_its_fields()
    {
        Assert.True(SnsEnvelope.TryParse(Data.Event("sns", "notification-v1-budget-text.json"), out var envelope, out var error), error);

        Assert.Equal(SnsEnvelope.Notification, envelope.Type);
        Assert.Equal("arn:aws:sns:us-east-1:111122223333:alerts", envelope.TopicArn);
        Assert.Equal("AWS Budgets: dev-team has exceeded your alert threshold", envelope.Subject);
        Assert.StartsWith("AWS Budget Notification", envelope.Message, StringComparison.Ordinal);
        Assert.Equal("1", envelope.SignatureVersion);
        Assert.EndsWith(".pem", envelope.SigningCertUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_in_Lambdas_form_is_read()
    {
        var record = Data.Json(Encoding.UTF8.GetString(Data.Event("sns", "lambda-records-budget.json"))).GetProperty("Records")[0]
            .GetProperty("Sns");

        Assert.True(SnsEnvelope.TryParse(Encoding.UTF8.GetBytes(record.GetRawText()), out var envelope, out _));

        Assert.EndsWith(".pem", envelope.SigningCertUrl, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The body is not valid JSON")]
    [InlineData("[]", "Expected an SNS envelope")]
    [InlineData("{}", "'Type' is missing or not text.")]
    [InlineData("""{"Type":"Other","MessageId":"m","TopicArn":"t","Message":"x","Timestamp":"t"}""", "'Type' must be Notification")]
    [InlineData(
        """{"Type":"Notification","MessageId":"m","TopicArn":"t","Message":7,"Timestamp":"t"}""", "'Message' is missing or not text.")]
    [InlineData(
        """{"Type":"Notification","MessageId":"m","TopicArn":"t","Message":"x","Timestamp":"t","message":"y"}""",
        "'message' is given twice.")]
    [InlineData(
        """{"Type":"Notification","MessageId":"m","TopicArn":"t","Message":"\ud800","Timestamp":"t"}""",
        "A field of the SNS envelope is not valid Unicode text.")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""", "The JSON is nested deeper than 16 levels")]
    public void What_is_wrong_is_said(string json, string message)
    {
        Assert.False(SnsEnvelope.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));

        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public bool Any_bytes_are_read_without_a_fault(byte[]? bytes) => SnsEnvelope.TryParse(bytes, out _, out var error) || error.Length > 0;
}
