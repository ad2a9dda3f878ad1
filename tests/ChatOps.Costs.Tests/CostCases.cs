using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

/// <summary>The cases of the folder <c>cases</c>, played on a world.</summary>
internal static class CostCases
{
    public static JsonDocument Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", name)));

    /// <summary>A world at the case's time whose estate is the case's.</summary>
    public static async Task<CostWorld> WorldAsync(JsonElement given, Action<CostOptions>? configure = null)
    {
        var world = await CostWorld.CreateAsync(configure: configure);
        var first = given.TryGetProperty("now", out var now) ? now : given.GetProperty("steps")[0].GetProperty("now");
        world.Time.AdjustTime(first.GetDateTimeOffset());
        var today = DateOnly.FromDateTime(first.GetDateTimeOffset().UtcDateTime);
        world.Aws.ClosedBefore = new DateOnly(today.Year, today.Month, 1);
        // What AWS knows of a day that goes on is a part of it; the cases count whole days.
        world.Aws.KnownOf = day => day < DateOnly.FromDateTime(world.Time.GetUtcNow().UtcDateTime) ? 1m
            : given.TryGetProperty("knownOfToday", out var known) ? known.GetDecimal() : 0m;
        if (given.TryGetProperty("lines", out _)) world.Aws.Lines.AddRange(EstateLine.Of(given));
        if (given.TryGetProperty("describeBudget", out var one)) world.Aws.Known.Add(Budget(one));
        if (given.TryGetProperty("describeBudgets", out var many)) world.Aws.Known.AddRange(many.EnumerateArray().Select(Budget));
        return world;
    }

    public static AwsBudget Budget(JsonElement budget)
    {
        static Spend? SpendOf(JsonElement parent, string name) => parent.TryGetProperty(name, out var spend)
            ? new Spend(
                decimal.Parse(spend.GetProperty("Amount").GetString()!, CultureInfo.InvariantCulture),
                spend.GetProperty("Unit").GetString()!)
            : null;
        var known = new AwsBudget(
            budget.GetProperty("BudgetName").GetString()!, budget.GetProperty("TimeUnit").GetString()!,
            budget.GetProperty("BudgetType").GetString()!)
        {
            BudgetLimit = SpendOf(budget, "BudgetLimit"),
            CostTypes = budget.TryGetProperty("CostTypes", out var types) ? types.Deserialize<BudgetCostTypes>() : null,
        };
        return budget.TryGetProperty("CalculatedSpend", out var calculated)
            ? known with
            {
                CalculatedSpend = new CalculatedSpend(SpendOf(calculated, "ActualSpend")!, SpendOf(calculated, "ForecastedSpend")),
            }
            : known;
    }

    public static async Task<string> AnswerAsync(CostWorld world, string asked) =>
        Text(await world.Command.AnswerAsync(asked.Replace("/cost ", "", StringComparison.Ordinal), world.English, default));

    /// <summary>Whether a text shows an amount, in any usual form.</summary>
    public static bool Says(string text, JsonElement what) => what.ValueKind == JsonValueKind.String
        ? text.Contains(what.GetString()!, StringComparison.Ordinal)
        : Says(text, what.GetDecimal());

    public static bool Says(string text, decimal amount) => new[] { "N0", "N2", "0.##", "0.00" }.Any(
        format => text.Contains(amount.ToString(format, CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public static string Text(Message message) => string.Join('\n', message.Blocks.SelectMany(block => block switch
    {
        SectionBlock { Text: { } text } => [text.Text],
        ContextBlock context => context.Elements.OfType<Mrkdwn>().Select(element => element.Text),
        _ => Array.Empty<string>(),
    }).Prepend(message.Text));
}
