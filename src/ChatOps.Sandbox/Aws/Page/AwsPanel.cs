using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Scenarios;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The page's side panel: what is there, and buttons to make things happen.</summary>
public static class AwsPanel
{
    /// <summary>How many events "redeliver" sends again.</summary>
    private const int Redelivered = 50;

    /// <summary>
    /// Maps <c>/sandbox/aws…</c>: the summary, and one POST for each button. Every POST answers <c>{ok, message, error?}</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapSandboxAws(this IEndpointRouteBuilder routes, AwsSandbox aws)
    {
        var panel = routes.MapGroup("/sandbox/aws");
        panel.MapGet("", () => Results.Json(AwsSummary.Of(aws)));
        Button(panel, aws, "/import", request => Import(aws, request));
        Button(panel, aws, "/storm", request => Break(aws, request));
        Button(panel, aws, "/redeliver", _ =>
        {
            var count = aws.Delivery.Redeliver(Redelivered);
            return Done(
                Text($"{count} events are sent again, with their ids, in another order."), Text($"이벤트 {count}건을 같은 ID로 순서를 바꿔 다시 보냅니다."));
        });
        Button(panel, aws, "/update", request => WithFinding(aws, request, finding => Update(aws, finding)));
        Button(panel, aws, "/custom-action", request => WithFinding(aws, request, finding =>
        {
            aws.FindingEvents.CustomAction("SendToChatOps", "Send the chosen findings to ChatOps", [finding]);
            return ("The custom action SendToChatOps was pressed in the console.", "콘솔에서 사용자 지정 작업 SendToChatOps를 눌렀습니다.");
        }));
        Button(panel, aws, "/throttle", request => Throttle(aws, request));
        Button(panel, aws, "/hub-trouble", request =>
        {
            var seconds = request.Seconds ?? 60;
            if (seconds is < 0 or > 3600)
                return Refused("The seconds must be from 0 to 3600.");
            lock (aws.State.Sync)
                aws.State.HubTroubleUntil = aws.Time.GetUtcNow().AddSeconds(seconds);
            return Done(
                Text($"For {seconds} s Security Hub's lists are behind, and updates meet others'."),
                Text($"{seconds}초 동안 Security Hub 목록이 늦게 갱신되고 업데이트가 서로 부딪힙니다."));
        });
        Button(panel, aws, "/fail-next-automation", request =>
        {
            lock (aws.State.Sync)
                aws.State.NextFailure = new PlannedFailure(string.IsNullOrWhiteSpace(request.Step) ? null : request.Step);
            return Done("The next automation will fail.", "다음 자동화가 실패합니다.");
        });
        Button(panel, aws, "/limit-automations", request =>
        {
            lock (aws.State.Sync)
                aws.State.AutomationLimit = Math.Max(0, request.Count ?? Accounts.AwsState.DefaultAutomationLimit);
            return Done("So many automations may run at once from now on.", "이제부터 그 수만큼만 자동화를 동시에 실행할 수 있습니다.");
        });
        Button(panel, aws, "/pause", request =>
        {
            if (request.Paused ?? true)
                aws.Delivery.Pause();
            else
                aws.Delivery.Resume();
            return aws.Delivery.Paused ? Done("Events wait.", "이벤트를 멈췄습니다.") : Done("Events flow.", "이벤트를 다시 보냅니다.");
        });
        panel.MapCosts(aws);
        panel.MapTagging(aws);
        panel.MapAlerts(aws);
        panel.MapServiceEvents(aws);
        panel.MapPost("/reset", async () =>
        {
            await aws.ResetAsync();
            return Done("Everything is as at the start.", "처음 상태로 되돌렸습니다.");
        });
        return routes;
    }

    private static void Button(RouteGroupBuilder panel, AwsSandbox aws, string path, Func<PanelRequest, IResult> press) =>
        panel.MapPost(path, async (HttpRequest http) =>
        {
            using var reader = new StreamReader(http.Body);
            var text = await reader.ReadToEndAsync(http.HttpContext.RequestAborted);
            PanelRequest? request;
            try
            {
                request = text.Length == 0 ? new PanelRequest() : JsonSerializer.Deserialize<PanelRequest>(text, JsonSerializerOptions.Web);
            }
            catch (JsonException)
            {
                request = null;
            }

            if (request is null)
                return Refused("The body must be a JSON object.");
            var result = press(request);
            aws.Background.Changed();
            return result;
        });

    private static IResult Import(AwsSandbox aws, PanelRequest request)
    {
        var scenario = ScenarioCatalogue.All.FirstOrDefault(s => s.Id == request.Scenario);
        if (scenario is null)
            return Refused(
                $"There is no scenario '{request.Scenario}'. Choose one of: {string.Join(", ", ScenarioCatalogue.All.Select(s => s.Id))}.");
        var korean = ScenarioKorean.Texts[scenario.Id].Title;
        var route = scenario.Route == EventRoute.Sqs && !aws.Options.BotReadsQueue ? EventRoute.EventBridge : scenario.Route;
        IReadOnlyList<string> ids;
        lock (aws.State.Sync)
            ids = [.. scenario.Happen(aws, route).Select(f => f.Id)];
        return ids.Count == 0
            ? Done($"{scenario.Title}: it is so already.", $"{korean}: 이미 그 상태입니다.", ids)
            : Done(
                Text($"{scenario.Title}: {ids.Count} finding{(ids.Count == 1 ? "" : "s")} on the way."),
                Text($"{korean}: 취약점 {ids.Count}건을 보냈습니다."), ids);
    }

    private static IResult Break(AwsSandbox aws, PanelRequest request)
    {
        var count = request.Count ?? 1000;
        if (count is < 1 or > Storm.Most)
            return Refused(Text($"The count must be from 1 to {Storm.Most}."));
        aws.Background.Run(_ => Task.Run(() =>
        {
            Storm.Break(aws, count);
            aws.Background.Changed();
        }, CancellationToken.None));
        return Done(Text($"{count} findings are on the way."), Text($"취약점 {count}건을 보내고 있습니다."));
    }

    private static IResult Throttle(AwsSandbox aws, PanelRequest request)
    {
        var seconds = request.Seconds ?? 30;
        if (seconds is < 0 or > 3600)
            return Refused("The seconds must be from 0 to 3600.");
        lock (aws.State.Sync)
            aws.State.ThrottledUntil = aws.Time.GetUtcNow().AddSeconds(seconds);
        aws.Background.Run(async stopping =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), aws.Time, stopping);
            aws.Background.Changed();
        });
        return seconds == 0
            ? Done("AWS answers again.", "AWS가 다시 응답합니다.")
            : Done(Text($"AWS throttles every call for {seconds} s."), Text($"AWS가 {seconds}초 동안 모든 호출을 제한합니다."));
    }

    private static (string Message, string Korean) Update(AwsSandbox aws, StoredFinding finding)
    {
        var now = AwsIds.Iso(aws.Time.GetUtcNow());
        foreach (var name in (string[])["UpdatedAt", "LastObservedAt", "ProcessedAt"])
            finding.Body[name] = now;
        aws.FindingEvents.Imported([finding]);
        return ($"The finding was observed again at {now}.", $"{now}에 취약점이 다시 관찰되었습니다.");
    }

    private static IResult WithFinding(AwsSandbox aws, PanelRequest request, Func<StoredFinding, (string Message, string Korean)> act)
    {
        lock (aws.State.Sync)
        {
            var finding = request.FindingId is { Length: > 0 } id ? aws.State.Findings.Find(id) : aws.State.Findings.Last;
            if (finding is null)
                return Refused("There is no such finding. Import one first.");
            var (message, korean) = act(finding);
            return Done(message, korean, [finding.Id]);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static IResult Done(string message, string korean, IReadOnlyList<string>? ids = null)
    {
        var body = new JsonObject { ["ok"] = true, ["message"] = message, ["message_ko"] = korean };
        if (ids is not null)
            body["findingIds"] = new JsonArray([.. ids.Select(i => (JsonNode)i)]);
        return Results.Json(body);
    }

    private static IResult Refused(string error) =>
        Results.Json(
            new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>What the buttons send; each reads its own member.</summary>
    private sealed record PanelRequest(
        string? Scenario = null,
        int? Count = null,
        string? FindingId = null,
        int? Seconds = null,
        string? Step = null,
        bool? Paused = null);
}
