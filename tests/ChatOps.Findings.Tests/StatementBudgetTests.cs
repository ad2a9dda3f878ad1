using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Platform.Tests.Delivery;
using ChatOps.Slack;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace ChatOps.Findings.Tests;

/// <summary>
/// What a finding and an act cost the database, from the event or the press to the message in Slack, on the real inbox, dispatcher,
/// deliverer and writer. Numbers of statements and not times: they are the same on every machine.
/// </summary>
public sealed class StatementBudgetTests(ITestOutputHelper output)
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";
    private const string Before = "securityhub-imported/fsbp-rds-2-failed";
    private const int PerFinding = 20;
    private const int PerAct = 40;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    /// <summary>A channel takes a message a second: by then the next need not wait, and be looked at twice.</summary>
    private static readonly TimeSpan Rested = TimeSpan.FromMilliseconds(1_500);

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_and_an_acknowledgement_stay_within_their_budgets_of_statements(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        await using var counted = CountedDatabase.Of(test);
        await using var slack = await FakeSlack.StartAsync(TimeProvider.System);
        using var host = Build(counted, slack);
        await host.StartAsync();
        // What a start does once, and the first look of everybody, is no finding's cost.
        await Eventually.TrueAsync(() => Task.FromResult(
            Has(counted, "inbox_events SET state = 'pending'", "FROM living_messages", "finding_writes",
                "UPDATE finding_scans SET started_at") && counted.IsQuietFor(Quiet)));
        // Nor is what a channel takes once: to be found, and to be held for the first time.
        await host.Services.GetRequiredService<IEventInbox>().AcceptAsync(
            [new IncomingEvent("e0", "eventbridge", SecurityHubEvents.Imported, Events.Body(Before))], default);
        await Eventually.TrueAsync(() => Task.FromResult(slack.Messages().Count == 1 && counted.IsQuietFor(Rested)));
        counted.Clear();

        await host.Services.GetRequiredService<IEventInbox>().AcceptAsync(
            [new IncomingEvent("e1", "eventbridge", SecurityHubEvents.Imported, Events.Body(File))], default);
        await Eventually.TrueAsync(() => Task.FromResult(
            slack.Messages().Count == 2 && Has(counted, "state = 'posted', ts", "state = @state") && counted.IsQuietFor(Quiet)));
        output.WriteLine($"A finding took:\n{CountedDatabase.Listed(counted.Statements)}");
        counted.AssertAtMost(PerFinding, "A finding");

        counted.Clear();
        var id = Events.Finding(File).Id;
        var updates = slack.CountOf("chat.update");
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<FindingAcknowledgeButton>().Handle(
                FindingWorldActs.Click(FindingAcknowledgeButton.ActionId, id), default);
        }

        await Eventually.TrueAsync(() => Task.FromResult(slack.Replies().Count == 1 && slack.CountOf("chat.update") == updates + 1
            && Has(counted, "state = 'sent'", "content_hash = @hash, updated_at") && counted.IsQuietFor(Quiet)));
        output.WriteLine($"An acknowledgement took:\n{CountedDatabase.Listed(counted.Statements)}");
        counted.AssertAtMost(PerAct, "An acknowledgement");
        await host.StopAsync();
    }

    private static bool Has(CountedDatabase counted, params ReadOnlySpan<string> parts)
    {
        var statements = counted.Statements;
        foreach (var part in parts)
        {
            if (!statements.Any(statement => statement.Contains(part, StringComparison.Ordinal))) return false;
        }

        return true;
    }

    private static IHost Build(CountedDatabase counted, FakeSlack slack)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ChatOps:Aws:Region"] = "us-east-1",
            ["ChatOps:Aws:Accounts:0:Id"] = "111122223333",
            ["ChatOps:Aws:Accounts:0:Name"] = "prod",
            ["ChatOps:Aws:Accounts:0:Regions:0"] = "us-east-1",
        });
        var services = builder.Services;
        services.AddLogging();
        services.AddSingleton(_ => counted.Database);
        services.AddSlack(
            options => (options.ApiUrl, options.BotToken, options.SigningSecret) = (slack.Url, "xoxb-test", "test-signing-secret"));
        services.AddAws(builder.Configuration);
        services.AddSingleton<IAwsClients>(new PlayedSecurityHub());
        services.AddLocalization(builder.Configuration);
        services.AddAccess();
        services.AddSingleton<IAccess, TwoOperators>();
        services.AddRoutes();
        services.AddIngest();
        services.AddDeadLetters();
        services.AddDelivery();
        services.AddFindings(builder.Configuration);
        return builder.Build();
    }
}
