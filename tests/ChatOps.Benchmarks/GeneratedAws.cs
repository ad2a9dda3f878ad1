using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Benchmarks;

/// <summary>Config, Tagging and Resource Groups on loopback: rows are made as they are asked for, a page at a time.</summary>
internal sealed class GeneratedAws : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string Region = "ap-northeast-2";

    private static readonly (string Type, string Arn)[] Kinds =
    [
        ("AWS::EC2::Instance", "ec2:ap-northeast-2:111122223333:instance/i-0"),
        ("AWS::EC2::Volume", "ec2:ap-northeast-2:111122223333:volume/vol-0"),
        ("AWS::Lambda::Function", "lambda:ap-northeast-2:111122223333:function:f-"), ("AWS::S3::Bucket", "s3:::bighead-"),
        ("AWS::RDS::DBInstance", "rds:ap-northeast-2:111122223333:db:d-"),
    ];

    private static readonly string[] Services =
    [
        "payroll", "campus", "lectures", "exam", "library", "portal", "billing", "video", "students", "analytics",
    ];
    private static readonly string[] Owners = ["SECURITY", "DEVELOPER", "DEVOPS", "BILLING"];

    private readonly WebApplication _app;
    private readonly int _size;

    private GeneratedAws(WebApplication app, int size) => (_app, _size) = (app, size);

    public string Url => _app.Urls.First();

    public static async Task<GeneratedAws> StartAsync(int size)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var aws = new GeneratedAws(app, size);
        app.Run(aws.AnswerAsync);
        await app.StartAsync();
        return aws;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        http.Response.ContentType = "application/x-amz-json-1.1";
        var target = http.Request.Headers["X-Amz-Target"].ToString();
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(target switch
        {
            "StarlingDoveService.SelectResourceConfig" => Select(body.RootElement),
            "ResourceGroupsTaggingAPI_20170126.GetResources" => """{"PaginationToken":"","ResourceTagMappingList":[]}""",
            "AWSInsightsIndexService.GetCostAndUsage" => Costs(body.RootElement),
            "AWSInsightsIndexService.GetCostForecast" => """{"Total":{"Amount":"900","Unit":"USD"},"ForecastResultsByTime":[]}""",
            "AWSBudgetServiceGateway.DescribeBudgets" => """{"Budgets":[]}""",
            _ => """{"GroupIdentifiers":[]}""",
        }));
    }

    /// <summary>Ten services a day.</summary>
    private static string Costs(JsonElement request)
    {
        static DateOnly Day(JsonElement period, string end) =>
            DateOnly.Parse(period.GetProperty(end).GetString()!, CultureInfo.InvariantCulture);
        static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var period = request.GetProperty("TimePeriod");
        var (from, to) = (Day(period, "Start"), Day(period, "End"));
        return JsonSerializer.Serialize(new
        {
            ResultsByTime = Enumerable.Range(0, to.DayNumber - from.DayNumber).Select(from.AddDays).Select(day => new
            {
                TimePeriod = new { Start = Text(day), End = Text(day.AddDays(1)) },
                Estimated = false,
                Groups = Services.Select((service, i) => new
                {
                    Keys = new[] { service },
                    Metrics = new
                    {
                        UnblendedCost = new
                        {
                            Amount = (100 + (i * 7) + (day.Day % 5)).ToString(CultureInfo.InvariantCulture),
                            Unit = "USD",
                        },
                    }
                }),
            }),
        });
    }

    private string Select(JsonElement request)
    {
        var expression = request.GetProperty("Expression").GetString()!;
        if (expression.Contains("GROUP BY", StringComparison.Ordinal))
            return JsonSerializer.Serialize(
                new { Results = Kinds.Select(kind => $$"""{"COUNT(*)":{{_size / Kinds.Length}},"resourceType":"{{kind.Type}}"}""") });
        var kind = Array.FindIndex(Kinds, item => expression.EndsWith($"'{item.Type}'", StringComparison.Ordinal));
        var from = request.TryGetProperty("NextToken", out var token) ? int.Parse(token.GetString()!, CultureInfo.InvariantCulture) : 0;
        var to = Math.Min(from + request.GetProperty("Limit").GetInt32(), _size / Kinds.Length);
        return JsonSerializer.Serialize(new
        {
            Results = Enumerable.Range(from, to - from).Select(i => Row(kind, i)),
            NextToken = to < _size / Kinds.Length ? to.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private static string Row(int kind, int i)
    {
        var service = Services[i * 7 % Services.Length];
        var tags = new Dictionary<string, string> { ["Name"] = FormattableString.Invariant($"{service}-{i}") };
        if (i % 10 != 3) tags["bighead:Env"] = i % 3 == 0 ? "DEV" : "PROD";
        if (i % 10 < 8) tags["bighead:Owner"] = Owners[i % Owners.Length];
        if (i % 4 != 0) tags["bighead:ServiceType"] = service.ToUpperInvariant();
        return JsonSerializer.Serialize(new
        {
            arn = FormattableString.Invariant($"arn:aws:{Kinds[kind].Arn}{i:x8}"),
            resourceType = Kinds[kind].Type,
            accountId = Account,
            awsRegion = Region,
            resourceCreationTime = DateTime.UtcNow.AddMinutes(-i).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            configurationItemCaptureTime = "2026-11-01T00:00:00.000Z",
            tags = tags.Select(tag => new { key = tag.Key, value = tag.Value }),
        });
    }
}
