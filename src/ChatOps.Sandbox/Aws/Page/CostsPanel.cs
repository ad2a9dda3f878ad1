using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Costs;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The panel's part for costs: a budget is overrun, an anomaly is detected.</summary>
internal static class CostsPanel
{
    /// <summary>Maps <c>POST /sandbox/aws/overrun</c> and <c>/anomaly</c>.</summary>
    public static void MapCosts(this RouteGroupBuilder panel, AwsSandbox aws)
    {
        panel.MapPost("/overrun", (OverrunRequest request) =>
        {
            var name = request.Budget ?? LocalBudgets.All[0].Name;
            if (LocalBudgets.All.FirstOrDefault(budget => budget.Name == name) is not { } known)
                return Refused(
                    $"There is no budget '{name}'. Choose one of: {string.Join(", ", LocalBudgets.All.Select(budget => budget.Name))}.");
            BudgetStanding stands;
            lock (aws.State.Sync) stands = CostEvents.Overrun(aws, known);
            aws.Background.Changed();
            var (forecast, limit) = (Dollars(stands.Forecast), Dollars(stands.Limit));
            return Done($"The budget {name} is expected to end at {forecast} of {limit}.", $"예산 {name}의 예상 비용이 {limit} 중 {forecast}입니다.");
        });
        panel.MapPost("/anomaly", (AnomalyRequest request) =>
        {
            lock (aws.State.Sync) CostEvents.Anomaly(aws, request.Way == "eventbridge");
            aws.Background.Changed();
            return Done("An anomaly was detected in EC2.", "EC2에서 비용 이상이 감지되었습니다.");
        });
    }

    private static string Dollars(decimal amount) => "$" + amount.ToString("N0", CultureInfo.InvariantCulture);

    private static IResult Done(string message, string korean) =>
        Results.Json(new JsonObject { ["ok"] = true, ["message"] = message, ["message_ko"] = korean });

    private static IResult Refused(string error) => Results.Json(
        new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    private sealed record OverrunRequest(string? Budget = null);

    private sealed record AnomalyRequest(string? Way = null);
}
