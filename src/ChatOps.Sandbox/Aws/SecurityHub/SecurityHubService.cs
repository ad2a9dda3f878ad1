using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>Security Hub's API (restJson1) over the findings of the state.</summary>
internal sealed class SecurityHubService(AwsState state, TimeProvider time, FindingEvents events) : LockedService(state)
{
    private const int MostResults = 100;

    /// <summary>How far a list is behind what was just written, while there is trouble.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(20);

    public override string SigningName => "securityhub";

    protected override AwsAnswer Answer(AwsCall call) => (call.Method, call.RawPath) switch
    {
        ("POST", "/findings") => GetFindings(call),
        ("POST", "/findings/import") => AwsAnswer.Json(call, new FindingImport(State, time, events).Import(call)),
        ("PATCH", "/findings/batchupdate") => AwsAnswer.Json(call, new FindingUpdate(State, time, events).Update(call)),
        ("PATCH", "/findingsv2/batchupdatev2") => AwsAnswer.Json(call, new JsonObject
        {
            ["ProcessedFindings"] = new JsonArray([.. call.Json.Objects("FindingIdentifiers").Select(
                identifier => (JsonNode)new JsonObject { ["FindingIdentifier"] = identifier.DeepClone() })]),
            ["UnprocessedFindings"] = new JsonArray(),
        }),
        ("GET", "/accounts") => AwsAnswer.Json(call, new JsonObject
        {
            ["HubArn"] = $"arn:aws:securityhub:{call.Region}:{call.Caller.AccountId}:hub/default",
            ["SubscribedAt"] = "2024-05-01T00:00:00.000Z",
            ["AutoEnableControls"] = true,
            ["ControlFindingGenerator"] = "SECURITY_CONTROL",
        }),
        var (method, path) => throw AwsFault.UnknownOperation(SigningName, $"{method} {path}"),
    };

    private AwsAnswer GetFindings(AwsCall call)
    {
        var most = call.Json.Number("MaxResults") ?? MostResults;
        if (most is < 1 or > MostResults)
            throw new AwsFault(
                "InvalidInputException", $"Invalid parameter value for MaxResults: {most}. It must be from 1 to {MostResults}.");
        var filter = FindingFilter.Parse(call.Json.Object("Filters"), time);
        var from = Offset(call.Json.Text("NextToken"));

        var found = State.Findings.All
            .Where(f => FindingStore.Visible(f, call.Caller.AccountId, call.Region))
            .Select(Listed).Where(filter.Matches);
        found = Sorted(found, [.. call.Json.Objects("SortCriteria")]);
        var page = found.Skip(from).Take(most + 1).ToArray();

        var answer = new JsonObject { ["Findings"] = new JsonArray([.. page.Take(most).Select(f => f.DeepClone())]) };
        if (page.Length > most)
            answer["NextToken"] = Convert.ToBase64String(
                Encoding.ASCII.GetBytes("findings:" + (from + most).ToString(CultureInfo.InvariantCulture)));
        return AwsAnswer.Json(call, answer);
    }

    /// <summary>The finding as a list shows it: eventually consistent, as AWS says of GetFindings.</summary>
    private JsonObject Listed(StoredFinding finding)
    {
        var now = time.GetUtcNow();
        return now < State.HubTroubleUntil && now < finding.ChangedAt + Lag && finding.Before is { } before ? before : finding.Body;
    }

    private static IEnumerable<JsonObject> Sorted(IEnumerable<JsonObject> findings, JsonObject[] criteria)
    {
        foreach (var criterion in criteria.Reverse())
        {
            var field = criterion.RequiredText("Field");
            var path = FindingPaths.Of(field) ?? throw new AwsFault("InvalidInputException", $"Invalid sort field {field}.");
            string Key(JsonObject f) => FindingPaths.Values(f, path).FirstOrDefault() switch
            {
                JsonValue v when v.TryGetValue<string>(out var text) => text,
                JsonValue v when v.TryGetValue<double>(out var number) =>
                    number.ToString("0000000000.000000", CultureInfo.InvariantCulture),
                JsonValue v when v.TryGetValue<int>(out var number) => number.ToString("0000000000.000000", CultureInfo.InvariantCulture),
                _ => "",
            };
            findings = criterion.Text("SortOrder") == "desc"
                ? findings.OrderByDescending(Key, StringComparer.Ordinal)
                : findings.OrderBy(Key, StringComparer.Ordinal);
        }

        return findings;
    }

    private static int Offset(string? token)
    {
        if (token is null)
            return 0;
        Span<byte> bytes = stackalloc byte[128];
        return token.Length < 100
            && Convert.TryFromBase64String(token, bytes, out var written)
            && Encoding.ASCII.GetString(bytes[..written]) is var text
            && text.StartsWith("findings:", StringComparison.Ordinal)
            && int.TryParse(text["findings:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? offset
                : throw new AwsFault("InvalidInputException", "Invalid NextToken.");
    }
}
