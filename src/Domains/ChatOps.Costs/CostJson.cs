using System.Text.Json.Serialization;

namespace ChatOps.Costs;

/// <summary>The JSON of what this domain stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(Anomaly))]
[JsonSerializable(typeof(CostReply))]
[JsonSerializable(typeof(IReadOnlyList<CostDayRow>))]
[JsonSerializable(typeof(IReadOnlyList<CostAmount>))]
[JsonSerializable(typeof(ExpectedCost))]
[JsonSerializable(typeof(IReadOnlyList<Anomaly>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Aws.CostExpression))]
[JsonSerializable(typeof(BudgetActionMessage))]
[JsonSerializable(typeof(CostDigest))]
internal sealed partial class CostJson : JsonSerializerContext;

/// <summary>A line in the thread of a budget or anomaly.</summary>
internal sealed record CostReply
{
    public string? ByUserId { get; init; }

    public string? ToUserId { get; init; }

    public BudgetThreshold? Passed { get; init; }

    public Money? Amount { get; init; }

    public decimal? Share { get; init; }

    public Reach? Until { get; init; }

    public string? Text { get; init; }
}

/// <summary>An action of a budget as Budgets' own answers have it.</summary>
internal sealed record BudgetActionMessage(
    [property: JsonPropertyName("AccountId")] string? AccountId,
    [property: JsonPropertyName("BudgetName")] string? BudgetName,
    [property: JsonPropertyName("Action")] System.Text.Json.JsonElement Action);
