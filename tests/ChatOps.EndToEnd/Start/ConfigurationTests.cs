using System.Collections.Concurrent;
using System.Text;
using ChatOps.Bot;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.EndToEnd.Start;

/// <summary>A wrong setting is named with its value and what is wrong with it, all at once, and none is passed over.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatops-configuration-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Settings laid over a sound configuration, as <c>KEY=value</c>, and what the faults must hold, a line each.</summary>
    public static TheoryData<string[], string[]> Wrong => new()
    {
        {
            ["ConnectionStrings:ChatOps=Host=127.0.0.1;Prot=6432;Database=chatops"],
            ["holds 'Prot', which a connection string of PostgreSQL does not have. Did you mean Port?"]
        },
        {
            ["ConnectionStrings:ChatOps=Host=127.0.0.1;Database=chatops;Timeout=soon;Password=swordfish"],
            ["holds 'Timeout=soon', which is no number"]
        },
        {
            ["ConnectionStrings:ChatOps=Host=127.0.0.1;SSL Mode=Sometimes;Pooling=maybe"],
            ["'SSL Mode=Sometimes', but must be one of Disable", "'Pooling=maybe', but must be true or false"]
        },
        {
            ["ConnectionStrings:ChatOps=Data Source=chatops.db;Journal=wal"],
            ["holds 'Journal', which a connection string of SQLite does not have"]
        },
        { ["ConnectionStrings:ChatOps=chatops.db"], ["ConnectionStrings:ChatOps is not a connection string"] },
        { ["ConnectionStrings:ChatOps=Database=chatops"], ["ConnectionStrings:ChatOps names no database"] },
        { ["ChatOps:Costs:MonthlyRequests=many"], ["ChatOps:Costs:MonthlyRequests is 'many', which is no whole number"] },
        {
            ["ChatOps:Costs:MonthlyRequests=99999999999"],
            ["ChatOps:Costs:MonthlyRequests is '99999999999', which is no whole number"]
        },
        { ["ChatOps:Assets:SyncEvery=1h"], ["ChatOps:Assets:SyncEvery is '1h', which is no time span such as 01:00:00"] },
        { ["ChatOps:Assets:SyncEvery=30"], ["ChatOps:Assets:SyncEvery is '30', which would be that many days"] },
        {
            ["ChatOps:Ingest:Sns:CheckCertificateChain=on"],
            ["ChatOps:Ingest:Sns:CheckCertificateChain is 'on', but must be true or false"]
        },
        {
            ["ChatOps:Email:Port=25a", "ChatOps:Ingest:MaxAttempts=eight"],
            ["ChatOps:Email:Port is '25a', which is no whole number", "ChatOps:Ingest:MaxAttempts is 'eight', which is no whole number"]
        },
        { ["ChatOps:Dashboard:OpenOnLoopback=yes"], ["ChatOps:Dashboard:OpenOnLoopback is 'yes', but must be true or false"] },
        { ["ChatOps:Email:Security=tls13"], ["ChatOps:Email:Security is 'tls13', but must be one of"] },
        {
            ["urls=localhost:5080"],
            ["ASPNETCORE_URLS (or --urls) is 'localhost:5080', which is no address such as http://localhost:5080"]
        },
        { ["urls=http://127.0.0.1:0;ftp://127.0.0.1"], ["is 'ftp://127.0.0.1', which is no address"] },
        {
            ["ChatOps:Slack:BotToken=xoxp-1-2-3-abc"],
            ["ChatOps:Slack:BotToken is a user's token (xoxp-); the bot's starts with xoxb-"]
        },
        { ["ChatOps:Slack:BotToken=\"xoxb-1-2-abc\""], ["ChatOps:Slack:BotToken must start with xoxb-; it stands in quotes"] },
        {
            ["ChatOps:Slack:BotToken=xoxb-1-2-abc xoxb-1"],
            ["ChatOps:Slack:BotToken is not the token alone; it holds a space or a line's end"]
        },
        {
            ["ChatOps:Slack:BotToken=xapp-1-A", "ChatOps:Slack:AppToken=xoxb-1-2-abc"],
            ["ChatOps:Slack:BotToken is an app-level token (xapp-)", "ChatOps:Slack:AppToken is the bot's token (xoxb-)"]
        },
        { ["ChatOps:Slack:SigningSecret=xoxb-1-2-abc"], ["ChatOps:Slack:SigningSecret is the bot's token (xoxb-)"] },
        { ["ChatOps:Slack:ApiUrl=slack.com"], ["ChatOps:Slack:ApiUrl must be an http or https address"] },
        {
            ["ChatOps:Aws:ParameterPrefix=/chatops", "ChatOps:Aws:ServiceUrl=http://127.0.0.1:1"],
            ["Parameter Store cannot be reached for ChatOps:Aws:ParameterPrefix '/chatops' ("]
        },
        {
            ["ChatOps:PolicyPath=/etc/chatops/policy-not-there"],
            ["ChatOps:PolicyPath '/etc/chatops/policy-not-there' is no folder"]
        },
        {
            [
                "ChatOps:Costs:MonthlyRequests=many",
                "ChatOps:Slack:BotToken=xoxp-1",
                "ChatOps:PolicyPath=/nowhere",
                "ConnectionStrings:ChatOps=",
            ],
            [
                "ChatOps:Costs:MonthlyRequests is 'many'",
                "ChatOps:Slack:BotToken is",
                "ChatOps:PolicyPath '/nowhere'",
                "ConnectionStrings:ChatOps is missing",
            ]
        },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_setting_stops_the_start_and_is_named(string[] settings, string[] fragments)
    {
        var (faults, _) = Start(settings);

        Assert.Equal(fragments.Length, faults.Count);
        Assert.All(fragments, fragment => Assert.Contains(faults, fault => fault.Contains(fragment, StringComparison.Ordinal)));
        Assert.DoesNotContain(faults, fault => fault.Contains("swordfish", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> WithoutEffect => new()
    {
        {
            "ChatOps:Slack:Token=xoxb-1-2-abc",
            "ChatOps:Slack:Token is not known and has no effect. Did you mean ChatOps:Slack:BotToken?"
        },
        {
            "ChatOps:Ingest:EventBrige:ApiKey=k",
            "ChatOps:Ingest:EventBrige is not known and has no effect. Did you mean ChatOps:Ingest:EventBridge?"
        },
        {
            "ChatOps:Aws:Account:0:Id=111122223333",
            "ChatOps:Aws:Account is not known and has no effect. Did you mean ChatOps:Aws:Accounts?"
        },
        {
            "ChatOps:Aws:Accounts:0:Region=us-east-1",
            "ChatOps:Aws:Accounts:0:Region is not known and has no effect. Did you mean ChatOps:Aws:Accounts:0:Regions?"
        },
        { "ChatOps:Slak:BotToken=xoxb-1", "ChatOps:Slak is not known and has no effect. Did you mean ChatOps:Slack?" },
        { "ChatOps:Policy=/etc/chatops", "ChatOps:Policy is not known and has no effect. Did you mean ChatOps:PolicyPath?" },
        {
            "ChatOps:Costs:MonthlyRequests:Most=5",
            "ChatOps:Costs:MonthlyRequests:Most has no effect: ChatOps:Costs:MonthlyRequests is one value."
        },
    };

    [Theory, MemberData(nameof(WithoutEffect))]
    public void A_setting_that_does_not_exist_is_told_with_the_nearest_and_does_not_stop_the_start(string setting, string warning)
    {
        var (faults, warnings) = Start("ChatOps:Aws:Accounts:0:Id=111122223333", setting);

        Assert.Empty(faults);
        Assert.Equal(warning, Assert.Single(warnings));
    }

    [Fact]
    public void A_sound_configuration_has_neither_faults_nor_warnings_and_a_token_from_a_file_loses_its_line_end()
    {
        var (faults, warnings) = Start("ChatOps:Slack:BotToken=xoxb-1-2-abc\n", "ChatOps:Assets:SyncEvery=01:00:00");

        Assert.Empty(faults);
        Assert.Empty(warnings);
    }

    /// <summary>Every options type of the product is known to the check, else all its keys would be called unknown.</summary>
    [Fact]
    public void Every_section_of_the_documentation_is_known()
    {
        var sections = SettingsCheck.Sections(Services()).Keys;

        Assert.All(
            (string[])[
                "ChatOps:Slack", "ChatOps:Aws", "ChatOps:Ingest", "ChatOps:Ingest:Sns", "ChatOps:Delivery", "ChatOps:Email",
                "ChatOps:Localization", "ChatOps:Grafana", "ChatOps:Prometheus", "ChatOps:Alertmanager", "ChatOps:Assets",
                "ChatOps:Costs", "ChatOps:Alerts", "ChatOps:Remediation", "ChatOps:Dashboard",
            ],
            section => Assert.Contains(section, sections));
    }

    public static TheoryData<string, string, string[]> Policies => new()
    {
        { "routes.yaml", "", ["routes.yaml says nothing"] },
        { "routes.yaml", "# nothing yet\n---\n", ["routes.yaml says nothing"] },
        {
            "schedules.yaml",
            "schedules:\n  daily-report:\n    cron: \"0 25 * * *\"\n    zone: Asia/Soul\n",
            ["schedules.yaml:3: '0 25 * * *' is no cron expression", "schedules.yaml:4: 'Asia/Soul' is not a time zone such as Asia/Seoul"]
        },
        {
            "schedules.yaml",
            "schedules:\n  daily-report:\n    cron: every morning\n",
            ["schedules.yaml:3: 'every morning' is no cron expression"]
        },
    };

    [Theory, MemberData(nameof(Policies))]
    public void A_wrong_policy_file_stops_the_start_with_file_and_line(string file, string yaml, string[] fragments)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, file), yaml);

        var (faults, _) = Start($"ChatOps:PolicyPath={_folder.FullName}");

        Assert.Equal(fragments.Length, faults.Count);
        Assert.All(fragments, fragment => Assert.Contains(faults, fault => fault.Contains(fragment, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("euc-kr", 4, 33)]
    [InlineData("utf-16", 1, 1)]
    public void A_policy_file_in_another_encoding_is_named_with_the_first_byte_that_is_not_UTF8(string encoding, int line, int at)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllText(
            Path.Combine(_folder.FullName, "tags.yaml"),
            "prefix: \"bighead:\"\nkeys:\n  - key: Env\n    hint: { en: \"Stage\", ko: \"환경\" }\n    values: [DEV, PROD]\n",
            Encoding.GetEncoding(encoding));

        var (faults, _) = Start($"ChatOps:PolicyPath={_folder.FullName}");

        Assert.Equal($"tags.yaml:{line}: not UTF-8 (byte {at} of the line). Save the file as UTF-8.", Assert.Single(faults));
    }

    [Theory]
    [InlineData("routes.yml", "routes.yml is not read: policy files end in .yaml. Call it routes.yaml.")]
    [InlineData("route.yaml", "route.yaml is not read: there is no such policy. Did you mean routes.yaml?")]
    public void A_policy_file_that_is_not_read_is_told(string file, string warning)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, file), "findings:\n  - to: \"#security\"\n");

        var (faults, warnings) = Start($"ChatOps:PolicyPath={_folder.FullName}");

        Assert.Empty(faults);
        Assert.Equal(warning, Assert.Single(warnings));
    }

    private IServiceCollection Services()
    {
        IServiceCollection? services = null;
        using var app = (IDisposable)BotHost.Create([], builder =>
        {
            Configure(builder, [], new Warnings());
            services = builder.Services;
        });
        return services!;
    }

    private (IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings) Start(params string[] settings)
    {
        using var warnings = new Warnings();
        try
        {
            using var app = (IDisposable)BotHost.Create([], builder => Configure(builder, settings, warnings));
            return ([], [.. warnings.Lines]);
        }
        catch (Exception fault) when (StartupFaults.TryRead(fault, out var lines))
        {
            return (lines, [.. warnings.Lines]);
        }
    }

    private void Configure(WebApplicationBuilder builder, IEnumerable<string> settings, Warnings warnings)
    {
        var sound = BotSettings.For($"Data Source={Path.Combine(_folder.FullName, "x.db")}", "http://127.0.0.1:9")
            .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value));
        var given = settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]));
        builder.Configuration.AddInMemoryCollection(sound).AddInMemoryCollection(given);
        builder.Logging.ClearProviders().AddProvider(warnings);
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
