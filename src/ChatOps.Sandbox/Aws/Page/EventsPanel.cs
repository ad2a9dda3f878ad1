using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The panel's part for events that services send by themselves: GuardDuty, Inspector, Config, Health.</summary>
internal static class EventsPanel
{
    /// <summary>Maps <c>POST /sandbox/aws/service/…</c>, one for each button.</summary>
    public static void MapServiceEvents(this RouteGroupBuilder panel, AwsSandbox aws)
    {
        Button(
            panel, aws, "health-issue", () => aws.ServiceEvents.HealthIssue(),
            "AWS Health tells of an issue, and again from the backup Region.", "AWS Health가 장애를 알리고 백업 리전에서 한 번 더 보냅니다.");
        Button(
            panel, aws, "health-retirement", () => aws.ServiceEvents.HealthRetirement(), "AWS will stop an instance in 12 days.",
            "12일 뒤 인스턴스가 중지될 예정입니다.");
        Button(
            panel, aws, "health-close", aws.ServiceEvents.HealthClosed, "AWS closed it.", "AWS가 이벤트를 종료했습니다.",
            "AWS Health has told of nothing that is open.");
        Button(
            panel, aws, "guardduty", () => aws.ServiceEvents.GuardDuty(), "GuardDuty found an attack; Security Hub does not have it yet.",
            "GuardDuty가 공격을 탐지했습니다. 아직 Security Hub에는 없습니다.");
        Button(
            panel, aws, "hub-imports", aws.ServiceEvents.SecurityHubImports, "Security Hub imported GuardDuty's finding.",
            "Security Hub가 GuardDuty의 취약점을 가져왔습니다.", "GuardDuty has found nothing that Security Hub does not have.");
        Button(
            panel, aws, "inspector", () => aws.ServiceEvents.Inspector(), "Inspector found a vulnerable package.",
            "Inspector가 취약한 패키지를 찾았습니다.");
        Button(
            panel, aws, "config", () => aws.ServiceEvents.NonCompliant(), "A Config rule found a bucket that is not compliant.",
            "Config 규칙이 규정을 준수하지 않는 버킷을 찾았습니다.");
        Button(
            panel, aws, "config-compliant", aws.ServiceEvents.Compliant, "The rule finds the bucket compliant.", "규칙이 버킷을 규정 준수로 평가했습니다.",
            "No bucket is known to be non-compliant.");
    }

    private static void Button(RouteGroupBuilder panel, AwsSandbox aws, string name, Action act, string done, string korean) => Button(
        panel, aws, name,
        () =>
        {
            act();
            return true;
        },
        done, korean, "");

    private static void Button(
        RouteGroupBuilder panel, AwsSandbox aws, string name, Func<bool> act, string done, string korean,
        string refusal) => panel.MapPost($"/service/{name}", () =>
    {
        bool ok;
        lock (aws.State.Sync) ok = act();
        aws.Background.Changed();
        return ok
            ? Results.Json(new JsonObject { ["ok"] = true, ["message"] = done, ["message_ko"] = korean })
            : Results.Json(
                new JsonObject { ["ok"] = false, ["message"] = refusal, ["error"] = refusal }, statusCode: StatusCodes.Status400BadRequest);
    });
}
