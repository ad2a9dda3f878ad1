using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Benchmarks;

/// <summary>EventBridge events with an id of their own each, as an API destination posts them.</summary>
internal sealed class EventRequests : IRequestSource
{
    private const int IdDigits = 12;
    private readonly byte[] _bytes;
    private readonly int _idAt;
    private readonly int _connection;

    public EventRequests(Uri bot, string apiKey, string template, int connection)
    {
        _connection = connection;
        var marker = $"0b3c2d1e-0000-4000-8000-{new string('0', IdDigits)}";
        var envelope = JsonNode.Parse(template)!.AsObject();
        envelope["id"] = marker;
        var body = Encoding.UTF8.GetBytes(envelope.ToJsonString());
        var head = Encoding.ASCII.GetBytes(
            $"POST /events/eventbridge HTTP/1.1\r\nHost: {bot.Authority}\r\nContent-Type: application/json\r\nX-Api-Key: " +
            $"{apiKey}\r\nContent-Length: {body.Length}\r\n\r\n");
        _bytes = [.. head, .. body];
        _idAt = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(marker)) + marker.Length - IdDigits;
        Body = envelope.ToJsonString();
    }

    /// <summary>An event as it is sent.</summary>
    public string Body { get; }

    /// <summary>An event's kind, as the inbox writes it.</summary>
    public static string KindOf(string template)
    {
        var envelope = JsonNode.Parse(template)!;
        return $"{envelope["source"]}/{envelope["detail-type"]}";
    }

    public ReadOnlySpan<byte> Next(long number)
    {
        Digits.Write(_bytes.AsSpan(_idAt, IdDigits), Scattered((_connection * 1_000_000_000L) + number));
        return _bytes;
    }

    /// <summary>Another number for each, in no order: EventBridge's ids are random, and an index feels the difference.</summary>
    private static long Scattered(long number) => (long)((UInt128)number * 387_420_489_007 % 1_000_000_000_000);
}

/// <summary>Findings made from a real one: another id, resource, control and severity each.</summary>
internal static class FindingEvents
{
    private static readonly (string Control, string Label)[] Kinds =
        [
            ("EC2.19", "CRITICAL"), ("EC2.19", "HIGH"), ("S3.8", "HIGH"), ("EC2.13", "HIGH"), ("RDS.2", "CRITICAL"), ("S3.2", "MEDIUM"),
            ("EC2.8", "MEDIUM"), ("IAM.6", "HIGH")
        ];

    /// <summary>One event with <paramref name="count"/> findings, numbered from <paramref name="first"/>.</summary>
    public static byte[] Event(string template, int first, int count, DateTimeOffset now)
    {
        var envelope = JsonNode.Parse(template)!.AsObject();
        var model = envelope["detail"]!["findings"]![0]!;
        envelope["id"] = Guid.CreateVersion7().ToString();
        envelope["detail"]!["findings"] = new JsonArray([.. Enumerable.Range(first, count).Select(number => Finding(model, number, now))]);
        return Encoding.UTF8.GetBytes(envelope.ToJsonString());
    }

    private static JsonNode Finding(JsonNode model, int number, DateTimeOffset now)
    {
        var finding = model.DeepClone();
        var (control, label) = Kinds[number % Kinds.Length];
        var account = number % 3 == 0 ? "444455556666" : "111122223333";
        var time = now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        finding["Id"] =
            $"arn:aws:securityhub:ap-northeast-2:{account}:security-control/{control}/finding/" +
                $"{new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}";
        finding["AwsAccountId"] = account;
        finding["UpdatedAt"] = time;
        finding["LastObservedAt"] = time;
        finding["Severity"] = new JsonObject { ["Label"] = label };
        finding["Compliance"] = new JsonObject { ["Status"] = "FAILED", ["SecurityControlId"] = control };
        finding["Resources"]![0]!["Id"] = $"arn:aws:ec2:ap-northeast-2:{account}:security-group/sg-{number:x8}";
        finding["RecordState"] = "ACTIVE";
        finding["Workflow"] = new JsonObject { ["Status"] = "NEW" };
        return finding;
    }
}
