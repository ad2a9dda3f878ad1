using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class CostExplorerClientTests : IAsyncLifetime
{
    private static readonly ServiceModel Model = ServiceModel.Load("ce");
    private static readonly DateOnly First = new(2026, 3, 1);
    private static readonly DateOnly Third = new(2026, 3, 3);

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private ICostExplorerClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().CostExplorer(FakeAws.Account);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Costs_are_grouped_and_filtered_as_asked_and_a_page_is_one_request()
    {
        _aws.RespondAlways(
            """{"GroupDefinitions":[{"Type":"TAG","Key":"Owner"}],"ResultsByTime":[{"TimePeriod":{"Start":"2026-03-01","End":"2026-03-02"},"Total":{},"Groups":[{"Keys":["Owner$"],"Metrics":{"UnblendedCost":{"Amount":"-1.2345678901","Unit":"USD"}}}],"Estimated":true}],"NextPageToken":"more"}""");
        var query = new CostQuery(First, Third, "DAILY", "UnblendedCost")
        {
            GroupBy = [new CostGroup("TAG", "Owner")],
            Filter = new CostExpression
            {
                And =
                [
                    new CostExpression { Dimensions = new CostValues("LINKED_ACCOUNT", ["111122223333"]) },
                    new CostExpression { Not = new CostExpression { Tags = new CostValues("Env", ["DEV"], ["EQUALS"]) } },
                ],
            },
        };

        var page = await _client.GetCostAndUsage(query, "page-1");

        var period = Assert.Single(page.Periods);
        Assert.Equal((First, true, "more"), (period.From, period.Estimated, page.NextPageToken));
        Assert.Equal(
            ("Owner$", new Spend(-1.2345678901m, "USD")), (Assert.Single(Assert.Single(period.Groups).Keys), period.Groups[0].Spend));
        var request = Assert.Single(_aws.Seen);
        Assert.Empty(Model.Faults(request, "GetCostAndUsage"));
        Assert.Contains("/us-east-1/ce/aws4_request", request.Headers["authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forecast_comes_with_its_bounds()
    {
        _aws.RespondAlways(
            """{"Total":{"Amount":"310.5","Unit":"USD"},"ForecastResultsByTime":[{"TimePeriod":{"Start":"2026-03-02","End":"2026-03-03"},"MeanValue":"10.5","PredictionIntervalLowerBound":"9","PredictionIntervalUpperBound":"12.25"},{"TimePeriod":{"Start":"2026-03-03","End":"2026-03-04"},"MeanValue":"300"}]}""");

        var forecast = await _client.GetCostForecast(new CostForecastQuery(First, Third, "DAILY", "UNBLENDED_COST"));

        Assert.Equal((310.5m, "USD"), (forecast.Total.Amount, forecast.Total.Unit));
        Assert.Equal([(10.5m, 9m, 12.25m), (300m, 300m, 300m)], forecast.Periods.Select(period => (period.Mean, period.Low, period.High)));
        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "GetCostForecast"));
    }

    [Fact]
    public async Task Too_little_history_is_told_by_its_code()
    {
        _aws.RespondInTurn(new Answer(
            HttpStatusCode.BadRequest,
            """{"__type":"DataUnavailableException","Message":"Insufficient amount of historical data to generate forecast"}"""));

        var fault = await Assert.ThrowsAsync<AwsServiceException>(
            () => _client.GetCostForecast(new CostForecastQuery(First, Third, "MONTHLY", "UNBLENDED_COST")));

        Assert.Equal("DataUnavailableException", fault.ErrorCode);
    }

    [Fact]
    public async Task Anomalies_and_tags_are_read()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"Anomalies":[{"AnomalyId":"a1","AnomalyStartDate":"2026-03-02","RootCauses":[{"Service":"Amazon EC2","LinkedAccount":"111122223333","Impact":{"Contribution":601.5}}],"AnomalyScore":{"MaxScore":0.4,"CurrentScore":0.4},"Impact":{"MaxImpact":151,"TotalImpact":1001},"MonitorArn":"arn:aws:ce::111122223333:anomalymonitor/m"}]}"""),
            Answer.Json("""{"Tags":["","SECURITY"],"ReturnSize":2,"TotalSize":2}"""));

        var anomaly = Assert.Single((await _client.GetAnomalies(First, Third, null)).Anomalies);
        var values = await _client.GetTags(First, Third, "Owner");

        Assert.Equal(
            (1001m, null, 601.5m),
            (anomaly.Impact.TotalImpact, anomaly.Impact.TotalImpactPercentage, Assert.Single(anomaly.RootCauses!).Impact!.Contribution));
        Assert.Equal(["", "SECURITY"], values);
        Assert.Empty(Model.Faults(_aws.Seen[0], "GetAnomalies"));
        Assert.Empty(Model.Faults(_aws.Seen[1], "GetTags"));
    }

    [Fact]
    public async Task More_than_two_groups_are_refused_before_AWS_is_asked()
    {
        var query = new CostQuery(
            First, Third, "DAILY",
            "UnblendedCost")
        { GroupBy = [new("DIMENSION", "SERVICE"), new("DIMENSION", "REGION"), new("TAG", "Owner")] };

        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetCostAndUsage(query, null));

        Assert.Empty(_aws.Seen);
    }
}
