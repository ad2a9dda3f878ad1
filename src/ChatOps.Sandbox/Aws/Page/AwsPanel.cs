using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Scenarios;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The page's side panel: what is there, and buttons to make things happen.</summary>
public static class AwsPanel
{
    /// <summary>Maps <c>/sandbox/aws…</c>: the summary, and one POST for each button. Every POST answers <c>{ok, message, error?}</c>.</summary>
    public static IEndpointRouteBuilder MapSandboxAws(this IEndpointRouteBuilder routes, AwsSandbox aws)
    {
        var panel = routes.MapGroup("/sandbox/aws");
        panel.MapGet("", () => Results.Json(AwsSummary.Of(aws)));
        panel.MapPost("/import", (ImportRequest request) => Import(aws, request));
        panel.MapPost("/reset", async () =>
        {
            await aws.ResetAsync();
            return Done("Everything is as at the start.");
        });
        return routes;
    }

    private static IResult Import(AwsSandbox aws, ImportRequest request)
    {
        var scenario = ScenarioCatalogue.All.FirstOrDefault(s => s.Id == request.Scenario);
        if (scenario is null)
            return Refused($"There is no scenario '{request.Scenario}'. Choose one of: {string.Join(", ", ScenarioCatalogue.All.Select(s => s.Id))}.");
        IReadOnlyList<string> ids;
        lock (aws.State.Sync)
            ids = [.. scenario.Happen(aws, scenario.Route).Select(f => f.Id)];
        aws.Background.Changed();
        return Done($"{scenario.Title}: {ids.Count} finding{(ids.Count == 1 ? "" : "s")} on the way.", ids);
    }

    private static IResult Done(string message, IReadOnlyList<string>? ids = null)
    {
        var body = new JsonObject { ["ok"] = true, ["message"] = message };
        if (ids is not null)
            body["findingIds"] = new JsonArray([.. ids.Select(i => (JsonNode)i)]);
        return Results.Json(body);
    }

    private static IResult Refused(string error) =>
        Results.Json(new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    private sealed record ImportRequest(string? Scenario);
}
