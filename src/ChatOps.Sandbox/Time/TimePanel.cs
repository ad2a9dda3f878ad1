using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Bot;

namespace ChatOps.Sandbox.Time;

/// <summary>The panel's part for time: jump to nine o'clock, the next day, the month's end; run the report now.</summary>
internal static class TimePanel
{
    private const string Zone = "Asia/Seoul";
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(400);

    /// <summary>Maps <c>GET /sandbox/time</c>, <c>POST /sandbox/time/jump</c> and <c>POST /sandbox/report</c>.</summary>
    public static void MapSandboxTime(this IEndpointRouteBuilder routes, SandboxClock clock)
    {
        routes.MapGet("/sandbox/time", () => Results.Json(Describe(clock)));
        routes.MapPost("/sandbox/time/jump", (JumpRequest request, HttpContext http) =>
        {
            if (Target(request.To, clock.GetUtcNow()) is not { } to)
                return Refused("Jump to one of: hour, day, nine, month-end.");
            if (clock.Ahead + (to - clock.GetUtcNow()) > Furthest)
                return Refused("That is more than a year ahead. Start the sandbox anew.");
            var from = clock.GetUtcNow();
            clock.Jump(to - from);
            // What the timetable would have run meanwhile is run once, as after a night in which the bot was down.
            var jobs = http.RequestServices.RunTimetable(from, clock.GetUtcNow());
            var answer = Describe(clock);
            answer["jobs"] = new JsonArray([.. jobs.Select(job => (JsonNode)job)]);
            answer["message"] = $"It is {answer["local"]} in Seoul now.";
            answer["message_ko"] = $"이제 서울 시각 {answer["local"]}입니다.";
            return Results.Json(answer);
        });
        routes.MapPost("/sandbox/report", async (HttpContext http) =>
        {
            var made = await http.RequestServices.RunDailyReportAsync(http.RequestAborted);
            return Results.Json(new JsonObject
            {
                ["ok"] = true,
                ["made"] = made,
                ["message"] = made
                    ? "The report is in #reports and on its way by e-mail."
                    : "Today's report was made already; it is sent once a day. Jump to tomorrow, or type /report now.",
                ["message_ko"] = made ? "보고가 #reports 채널과 이메일로 나갔습니다." : "오늘 보고는 이미 만들었습니다. 하루에 한 번만 보냅니다. 내일로 건너뛰거나 /report now를 입력하십시오.",
            });
        });
    }

    private static DateTimeOffset? Target(string? to, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var local = TimeZoneInfo.ConvertTime(now, zone);
        DateTimeOffset At(DateTime day) => new(day, zone.GetUtcOffset(day));
        return to switch
        {
            "hour" => now.AddHours(1),
            "day" => now.AddDays(1),
            "nine" => At(local.Hour < 9 ? local.Date.AddHours(9) : local.Date.AddDays(1).AddHours(9)),
            "month-end" => At(new DateTime(local.Year, local.Month, 1).AddMonths(1).AddMinutes(-10)) is var end && end > now
                ? end
                : At(new DateTime(local.Year, local.Month, 1).AddMonths(2).AddMinutes(-10)),
            _ => null,
        };
    }

    private static JsonObject Describe(SandboxClock clock)
    {
        var now = clock.GetUtcNow();
        return new JsonObject
        {
            ["ok"] = true,
            ["now"] = now.ToString("O", CultureInfo.InvariantCulture),
            ["local"] = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Zone)).ToString(
                "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            ["ahead_seconds"] = (long)clock.Ahead.TotalSeconds,
        };
    }

    private static IResult Refused(string error) => Results.Json(
        new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    private sealed record JumpRequest(string? To);
}
