using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>Amazon Managed Prometheus' data plane: the PromQL API, and Alertmanager's API for silences and alerts.</summary>
internal sealed class ApsService(AwsState state, TimeProvider time) : LockedService(state)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly ApsQueries _queries = new(state, time);

    public override string SigningName => "aps";

    protected override AwsAnswer Answer(AwsCall call)
    {
        var path = Uri.UnescapeDataString(call.RawPath).Trim('/').Split('/');
        if (path is not ["workspaces", var workspace, ..] || workspace != ApsWorkspace.Id)
            throw new AwsFault("ResourceNotFoundException", "Workspace not found", 404);
        return path[2..] switch
        {
            ["api", "v1", "query" or "query_range"] => _queries.Answer(path[^1], Form(call)),
            ["alertmanager", "api", "v2", "silences"] when call.Method == "POST" => Create(Body(call)),
            ["alertmanager", "api", "v2", "silences"] =>
                Json(200, new JsonArray([.. State.Workspace.Silences.Select(silence => (JsonNode)Of(silence))])),
            ["alertmanager", "api", "v2", "silence", var id] => One(call.Method, id),
            ["alertmanager", "api", "v2", "status"] =>
                Json(200, new JsonObject { ["uptime"] = AwsIds.Iso(_startedAt), ["cluster"] = new JsonObject { ["status"] = "ready" } }),
            ["alertmanager", "api", "v2", "alerts"] =>
                Json(200, new JsonArray([.. State.Workspace.Firing.Select(alert => (JsonNode)Of(alert))])),
            _ => throw AwsFault.UnknownOperation("aps", $"{call.Method} {call.RawPath}"),
        };
    }

    private AwsAnswer Create(JsonObject body)
    {
        var now = time.GetUtcNow();
        if (body["matchers"] is not JsonArray { Count: > 0 }) return Json(400, "silence invalid: at least one matcher required");
        if (!DateTimeOffset.TryParse((string?)body["endsAt"], out var ends) || ends <= now)
            return Json(400, "end time can't be in the past");
        if (string.IsNullOrEmpty((string?)body["comment"]) || string.IsNullOrEmpty((string?)body["createdBy"]))
            return Json(400, "silence invalid: comment and creator must be set");
        var starts = DateTimeOffset.TryParse((string?)body["startsAt"], out var requested) && requested > now ? requested : now;
        // With the id of one that holds, it is that one, changed.
        if (State.Workspace.Silences.Find(known => known.Id == (string?)body["id"] && known.State(now) != "expired") is { } changed)
        {
            (changed.EndsAt, changed.UpdatedAt) = (ends, now);
            return Json(200, new JsonObject { ["silenceID"] = changed.Id });
        }

        var silence = new ApsSilence(AwsIds.Guid(), (JsonObject)body.DeepClone(), starts) { EndsAt = ends, UpdatedAt = now };
        State.Workspace.Silences.Add(silence);
        return Json(200, new JsonObject { ["silenceID"] = silence.Id });
    }

    private AwsAnswer One(string method, string id)
    {
        if (State.Workspace.Silences.Find(silence => silence.Id == id) is not { } found) return new AwsAnswer(404, "application/json", []);
        if (method != "DELETE") return Json(200, Of(found));
        var now = time.GetUtcNow();
        if (found.State(now) == "expired") return Json(500, $"silence {id} already expired");
        (found.EndsAt, found.UpdatedAt) = (now, now);
        return new AwsAnswer(200, "application/json", []);
    }

    private JsonObject Of(ApsSilence silence) => new()
    {
        ["id"] = silence.Id,
        ["status"] = new JsonObject { ["state"] = silence.State(time.GetUtcNow()) },
        ["updatedAt"] = AwsIds.Iso(silence.UpdatedAt),
        ["comment"] = (string?)silence.Body["comment"],
        ["createdBy"] = (string?)silence.Body["createdBy"],
        ["startsAt"] = AwsIds.Iso(silence.StartsAt),
        ["endsAt"] = AwsIds.Iso(silence.EndsAt),
        ["matchers"] = silence.Body["matchers"]!.DeepClone(),
    };

    private JsonObject Of(ApsAlert alert)
    {
        var now = time.GetUtcNow();
        var silences = State.Workspace.Silences.Where(silence => silence.State(now) == "active" && silence.Matches(alert.Labels))
            .Select(silence => (JsonNode)silence.Id).ToArray();
        return new JsonObject
        {
            ["fingerprint"] = alert.Fingerprint,
            ["labels"] = new JsonObject(alert.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["annotations"] = new JsonObject(
                ApsAlerting.Annotations(alert.Rule).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["generatorURL"] = ApsAlerting.GeneratorUrl(alert.Rule),
            ["startsAt"] = AwsIds.Iso(alert.StartsAt),
            ["endsAt"] = AwsIds.Iso(now.AddMinutes(4)),
            ["updatedAt"] = AwsIds.Iso(now),
            ["receivers"] = new JsonArray(new JsonObject { ["name"] = "chatops" }),
            ["status"] = new JsonObject
            {
                ["state"] = silences.Length > 0 ? "suppressed" : "active",
                ["silencedBy"] = new JsonArray(silences),
                ["inhibitedBy"] = new JsonArray(),
            },
        };
    }

    private static IReadOnlyDictionary<string, string> Form(AwsCall call) =>
        call.Method == "POST" ? AwsCall.ParseQuery(Encoding.UTF8.GetString(call.Body.Span)) : call.Query;

    private static JsonObject Body(AwsCall call)
    {
        try
        {
            return JsonNode.Parse(call.Body.Span) as JsonObject
                ?? throw new AwsFault("ValidationException", "The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw new AwsFault("ValidationException", "The body is not valid JSON.");
        }
    }

    private static AwsAnswer Json(int status, JsonNode body) => new(status, "application/json", AwsAnswer.Bytes(body));
}
