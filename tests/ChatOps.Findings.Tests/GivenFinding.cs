namespace ChatOps.Findings.Tests;

/// <summary>A failed check as Security Hub first told it, for tests of what becomes of it.</summary>
internal static class GivenFinding
{
    public static readonly DateTimeOffset T0 = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);

    public static Finding Of() => new()
    {
        Id = "f1",
        Arn = "arn:aws:securityhub:us-east-1:111122223333:finding/1",
        ProductArn = "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        Account = "111122223333",
        Region = "us-east-1",
        Title = "a",
        Severity = Severity.High,
        Compliance = "FAILED",
        Resources = [],
        UpdatedAt = T0,
        ObservedAt = T0,
        RecordedAt = T0,
    };
}
