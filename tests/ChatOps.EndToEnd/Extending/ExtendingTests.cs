using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Benchmarks;
using ChatOps.EndToEnd.Architecture;
using ChatOps.Sandbox.Slack;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.EndToEnd.Extending;

/// <summary>docs/extending.md is true: who does what it says has a bot that does what it promises.</summary>
public sealed class ExtendingTests(ExtendedBot bot) : IClassFixture<ExtendedBot>
{
    private const string Channel = "C0SECURITY";
    private const string Operator = "U0ALEX";

    [Fact]
    public void A_domain_takes_eight_files_in_one_folder_a_line_in_the_host_and_a_line_in_each_manifest()
    {
        var page = ExtendedBot.Page;

        Assert.InRange(page.Files.Count, 1, 8);
        Assert.All(page.Files, file => Assert.StartsWith($"src/Domains/{ExtendedBot.Domain}/", file.Key, StringComparison.Ordinal));
        var host = Assert.Single(page.Additions, addition => !addition.Path.StartsWith("manifest/", StringComparison.Ordinal));
        Assert.Equal("src/ChatOps.Bot/BotHost.cs", host.Path);
        Assert.Single(host.Added);
        // A remediation is an entry; whatever lets something in is a line.
        Assert.All(
            page.Additions.Where(addition => !addition.Path.EndsWith("remediations.yaml", StringComparison.Ordinal)),
            addition => Assert.Single(addition.Added));
        Assert.Single(page.Additions, addition => addition.Path.StartsWith("manifest/slack/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_domain_has_the_shape_of_all_domains() => Assert.Empty(DomainShape.Faults(bot.Folder));

    [Fact]
    public async Task An_event_the_command_and_the_button_do_what_the_page_says()
    {
        await bot.SendAsync(JobEvent("job-1", "RUNNING", 0));
        await bot.SendAsync(JobEvent("job-1", "FAILED", 60));
        // What comes late changes nothing.
        await bot.SendAsync(JobEvent("job-1", "RUNNING", 30));
        await bot.SendAsync(JobEvent("job-2", "COMPLETED", 60));

        var list = await bot.AskAsync(Operator, Channel, "/backup list", "1 backup job failed");
        Assert.Contains("FAILED", list.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("orders-db", list.Body.ToJsonString(), StringComparison.Ordinal);

        await bot.PressAsync(Operator, list, "backup.acknowledge");
        await bot.ShowsAsync(Channel, Operator, "acknowledged by");
    }

    [Fact]
    public async Task Help_is_given() => await bot.AskAsync(Operator, Channel, "/backup help", "shows the backup jobs that failed");

    [Fact]
    public async Task A_finding_of_the_control_that_was_added_can_be_remediated()
    {
        await bot.SendAsync(TableEvent());

        await bot.ShowsAsync(Channel, null, "finding.remediate");
    }

    private static string JobEvent(string job, string state, int second) => new JsonObject
    {
        ["version"] = "0",
        ["id"] = Guid.NewGuid().ToString(),
        ["detail-type"] = "Backup Job State Change",
        ["source"] = "aws.backup",
        ["account"] = "111122223333",
        ["time"] = new DateTime(2026, 11, 20, 3, 0, 0, DateTimeKind.Utc).AddSeconds(second).ToString("O"),
        ["region"] = "ap-northeast-2",
        ["resources"] = new JsonArray(),
        ["detail"] = new JsonObject
        {
            ["backupJobId"] = job,
            ["backupVaultName"] = "nightly",
            ["resourceArn"] = "arn:aws:rds:ap-northeast-2:111122223333:db:orders-db",
            ["resourceType"] = "RDS",
            ["state"] = state,
            ["statusMessage"] = state == "FAILED" ? "The source snapshot KMS key is <disabled>." : null,
        },
    }.ToJsonString();

    /// <summary>A finding of the control of the page's remediation, made of a real one.</summary>
    private static string TableEvent()
    {
        var envelope = JsonNode.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data/events/securityhub-imported/control-ec2-19-consolidated.json")))!;
        var finding = envelope["detail"]!["findings"]![0]!;
        finding["Id"] =
            "arn:aws:securityhub:us-east-1:111122223333:security-control/DynamoDB.2/finding/2cb0979d-0844-106d-ebc3-8941fec101a6";
        finding["GeneratorId"] = "security-control/DynamoDB.2";
        finding["Compliance"]!["SecurityControlId"] = "DynamoDB.2";
        finding["Title"] = "DynamoDB tables should have point-in-time recovery enabled";
        finding["Resources"] = new JsonArray(new JsonObject
        {
            ["Type"] = "AwsDynamoDbTable",
            ["Id"] = "arn:aws:dynamodb:us-east-1:111122223333:table/orders",
            ["Partition"] = "aws",
            ["Region"] = "us-east-1",
        });
        return envelope.ToJsonString();
    }
}

/// <summary>The repository with what docs/extending.md adds to it: built, and running beside a local Slack.</summary>
public sealed class ExtendedBot : IAsyncLifetime
{
    internal const string Domain = "ChatOps.Backup";

    private readonly string _database = Path.Combine(Path.GetTempPath(), $"chatops-extending-{Guid.NewGuid():N}.db");
    private readonly RepositoryCopy _copy = new();
    private readonly SlackWorkspace _workspace = new();
    private readonly HttpClient _client = new();
    private Microsoft.AspNetCore.Builder.WebApplication? _slack;
    private BotProcess? _bot;
    private BotDelivery? _people;

    internal static ExtendingPage Page { get; } = ExtendingPage.Read(File.ReadLines(Repository.At("docs", "extending.md")));

    /// <summary>The new domain's folder.</summary>
    internal string Folder => _copy.At("src", "Domains", Domain);

    public async Task InitializeAsync()
    {
        Page.ApplyTo(_copy.Root);
        var assembly = await _copy.BuildAsync(Domain);
        // As whoever deploys does: the people that may change things are named.
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "sandbox-policy", "access.yaml"),
            Path.Combine(Path.GetDirectoryName(assembly)!, "policy", "access.yaml"), overwrite: true);

        _slack = SandboxSlack.Create(_workspace, "http://127.0.0.1:0");
        await _slack.StartAsync();
        _workspace.SlackUrl = _slack.Urls.Single();
        _bot = await BotProcess.StartAsync([assembly], BotSettings.For($"Data Source={_database}", _slack.Urls.Single()));
        _workspace.BotUrl = _bot.Address.ToString().TrimEnd('/');
        _workspace.Commands.Clear();
        _workspace.Commands.AddRange(SlackApp.Commands(File.ReadAllText(_copy.At("manifest", "slack", "app.yaml"))));
        _people = new BotDelivery(_workspace, _client, NullLogger<BotDelivery>.Instance);
    }

    public async Task DisposeAsync()
    {
        if (_bot is not null) await _bot.DisposeAsync();
        if (_slack is not null) await _slack.DisposeAsync();
        _client.Dispose();
        _copy.Dispose();
        foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(_database + suffix);
    }

    /// <summary>An event of EventBridge, which the bot has to accept.</summary>
    internal async Task SendAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_bot!.Address, "/events/eventbridge"));
        request.Headers.Add("X-Api-Key", BotSettings.ApiKey);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// Types a command until its answer, which only who typed it sees, contains a text: events may still be on their way.
    /// </summary>
    internal async Task<StoredMessage> AskAsync(string user, string channel, string command, string text)
    {
        StoredMessage? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var before = Seen(channel, user).Count;
                var sent = await _people!.CommandAsync(
                    _workspace.User(user)!, _workspace.Channel(channel)!, command, inThread: false, CancellationToken.None);
                Assert.True(sent.Ok, sent.Error);
                await Eventually.TrueAsync(
                    () => Task.FromResult(Seen(channel, user).Count > before), because: $"{command} is not answered");
                answer = Seen(channel, user)[^1];
                return answer.Body.ToJsonString().Contains(text, StringComparison.Ordinal);
            },
            because: () => $"{command} does not answer '{text}' but '{answer?.Body["text"]}'");
        return answer!;
    }

    /// <summary>Presses a button.</summary>
    internal async Task PressAsync(string user, StoredMessage message, string actionId)
    {
        var placed = Assert.Single(BlockState.Elements(message.Body["blocks"] as JsonArray), element => element.ActionId == actionId);
        var sent = await _people!.ActionAsync(_workspace.User(user)!, message, null, placed, [], null, CancellationToken.None);
        Assert.True(sent.Ok, sent.Error);
    }

    /// <summary>Waits until the last message that somebody alone sees, or the channel's, contains a text.</summary>
    internal Task ShowsAsync(string channel, string? user, string text) => Eventually.TrueAsync(
        () => Task.FromResult(Seen(channel, user).Any(message => message.Body.ToJsonString().Contains(text, StringComparison.Ordinal))),
        because: $"'{text}' is not shown");

    private List<StoredMessage> Seen(string channel, string? user)
    {
        lock (_workspace.Gate) return [.. _workspace.Messages.In(channel).Where(message => message.EphemeralUser == user)];
    }
}
