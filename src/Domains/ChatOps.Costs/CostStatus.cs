using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Costs in <c>/chatops status</c>: what the looking itself costs.</summary>
internal sealed class CostStatus(CostExplorer costs, IOptions<CostOptions> options) : IStatusSection
{
    /// <summary>What AWS asks for one request to Cost Explorer.</summary>
    private const decimal DollarsPerRequest = 0.01m;

    public int Order => 50;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var requests = await costs.RequestsThisMonthAsync(cancellationToken);
        var limit = options.Value.MonthlyRequests;
        var text = locale.Text(
            limit == 0 ? "cost.status.unlimited" : "cost.status",
            ("requests", (long)requests), ("limit", (long)limit), ("amount", new Money(requests * DollarsPerRequest, "USD").Text(locale)));
        return limit == 0 || requests < limit * CostRequests.WarnFrom ? text : $"{text}\n⚠️ {locale.Text(
            "cost.status.near", ("share", Share.Text((decimal)requests / limit, locale)),
            ("from", Share.Text(1m - (options.Value.KeptForPeople / 100m), locale)))}";
    }
}
