using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Aps;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The panel's part for alerts: one fires, and is over.</summary>
internal static class AlertsPanel
{
    /// <summary>Maps <c>POST /sandbox/aws/fire</c> and <c>/resolve</c>.</summary>
    public static void MapAlerts(this RouteGroupBuilder panel, AwsSandbox aws)
    {
        var alerting = new ApsAlerting(aws);
        panel.MapPost("/fire", (FireRequest request) =>
        {
            var way = request.Way ?? ApsWay.Webhook;
            if (!ApsWay.All.Contains(way)) return Refused($"There is no way '{way}'. Choose one of: {string.Join(", ", ApsWay.All)}.");
            if (way == ApsWay.CloudWatch)
            {
                alerting.Alarm(firing: true);
                return Done("The alarm web-cpu is on its way.", "web-cpu 경보를 보냈습니다.");
            }

            if (ApsRule.All.FirstOrDefault(rule => rule.Name == (request.Rule ?? ApsRule.All[0].Name)) is not { } found)
                return Refused(
                    $"There is no rule '{request.Rule}'. Choose one of: {string.Join(", ", ApsRule.All.Select(rule => rule.Name))}.");
            var fired = alerting.Fire(found, way);
            aws.Background.Changed();
            return fired
                ? Done($"{found.Name} fires.", $"{found.Name} 알림이 발생했습니다.")
                : Done($"{found.Name} fires already.", $"{found.Name} 알림이 이미 발생 중입니다.");
        });
        panel.MapPost("/resolve", (FireRequest request) =>
        {
            if (request.Way == ApsWay.CloudWatch)
            {
                alerting.Alarm(firing: false);
                return Done("The alarm web-cpu is well again.", "web-cpu 경보가 정상으로 돌아왔습니다.");
            }

            var count = alerting.Resolve(request.Rule);
            aws.Background.Changed();
            return count == 0 ? Done("Nothing fires.", "발생 중인 알림이 없습니다.") : Done("The alerts are over.", "알림이 해결되었습니다.");
        });
    }

    private static IResult Done(string message, string korean) =>
        Results.Json(new JsonObject { ["ok"] = true, ["message"] = message, ["message_ko"] = korean });

    private static IResult Refused(string error) => Results.Json(
        new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    private sealed record FireRequest(string? Rule = null, string? Way = null);
}
