using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Bot;
using ChatOps.Sandbox;
using Microsoft.Extensions.Configuration;

namespace ChatOps.EndToEnd.Operating;

/// <summary>The doctor names what is wrong with the surroundings, with a remedy, and changes nothing.</summary>
public sealed class DoctorTests(DoctorTests.Surroundings surroundings) : IClassFixture<DoctorTests.Surroundings>
{
    [Fact]
    public async Task In_sound_surroundings_all_is_well()
    {
        var (code, rows) = await surroundings.ExamineAsync();

        Assert.All(rows, row => Assert.True(Level(row) == "well", row.ToJsonString()));
        Assert.Equal(0, code);
        foreach (var what in (string[])[
            "slack", "database", "mail", "prometheus", "alertmanager", "aws/111122223333", "channel #security",
            "aws/111122223333 ap-northeast-2 securityhub",
        ])
            Assert.Contains(rows, row => What(row) == what);
    }

    /// <summary>One thing that is wrong, what the doctor names, and a word of its reason.</summary>
    public static TheoryData<string, string, string> Seeds => new()
    {
        { "ChatOps:Slack:BotToken=xoxb-revoked", "slack", "invalid_auth" },
        { "ChatOps:Slack:ApiUrl=http://127.0.0.1:9/api/", "slack", "no connection" },
        { "ConnectionStrings:ChatOps=Host=127.0.0.1;Port=9;Username=c;Password=swordfish;Timeout=2", "database", "127.0.0.1" },
        { "ChatOps:Email:Port=9", "mail", "127.0.0.1:9" },
        { "ChatOps:Email:Security=StartTls", "mail", "STARTTLS" },
        { "ChatOps:Prometheus:Url=http://127.0.0.1:9", "prometheus", "" },
        { "ChatOps:Alertmanager:Url=http://127.0.0.1:9", "alertmanager", "" },
        { "ChatOps:Aws:Accounts:0:RoleArn=arn:aws:iam::111122223333:role/Nobody", "aws/111122223333", "AccessDenied" },
        { "ChatOps:Delivery:FallbackChannel=#no-such-channel", "channel #no-such-channel", "channel_not_found" },
    };

    [Theory, MemberData(nameof(Seeds))]
    public async Task What_is_wrong_is_named_with_its_reason_and_a_remedy(string setting, string what, string reason)
    {
        var (code, rows) = await surroundings.ExamineAsync(setting);

        Assert.Equal(DoctorCommand.Faults, code);
        var row = Assert.Single(rows, row => What(row) == what);
        Assert.Equal("fault", Level(row));
        Assert.Contains(reason, (string)row["Reason"]!, StringComparison.Ordinal);
        Assert.NotEmpty((string)row["Remedy"]!);
        Assert.DoesNotContain(rows, each => each.ToJsonString().Contains("swordfish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_configuration_is_the_first_thing_it_says()
    {
        var (code, rows) = await surroundings.ExamineAsync("ChatOps:Costs:MonthlyRequests=many", "ChatOps:Slack:BotToken=xoxp-1");

        Assert.Equal(StartupFaults.ExitCode, code);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal("configuration", What(row)));
    }

    [Fact]
    public async Task A_setting_without_effect_is_a_warning()
    {
        var (code, rows) = await surroundings.ExamineAsync("ChatOps:Slack:Token=xoxb-1");

        Assert.Equal(DoctorCommand.Warnings, code);
        Assert.Equal("configuration", What(Assert.Single(rows, row => Level(row) == "warning")));
    }

    private static string Level(JsonNode row) => (string)row["Level"]!;

    private static string What(JsonNode row) => (string)row["What"]!;

    /// <summary>A local Slack, AWS, mail server and monitoring, with a bot that runs beside the doctor.</summary>
    public sealed class Surroundings : IAsyncLifetime
    {
        private readonly SandboxHost _host = new(SandboxAddresses.Free, args: ["--Logging:LogLevel:Default=Error"]);
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatops-doctor-");

        public Task InitializeAsync() => _host.StartAsync();

        public async Task DisposeAsync()
        {
            await _host.DisposeAsync();
            _folder.Delete(recursive: true);
        }

        internal async Task<(int Code, IReadOnlyList<JsonNode> Rows)> ExamineAsync(params string[] settings)
        {
            using var output = new StringWriter(CultureInfo.InvariantCulture);
            var sound = BotConfiguration.For(
                _host.Workspace, _host.Addresses.Aws, Path.Combine(_folder.FullName, "doctor.db"), _host.Addresses.Grafana,
                _host.Smtp.Port);
            var given = settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]));
            var code = await DoctorCommand.RunAsync(
                ["doctor", "--json"], output,
                builder => builder.Configuration.AddInMemoryCollection(sound).AddInMemoryCollection(given));
            return (code, [.. JsonNode.Parse(output.ToString())!.AsArray().Select(row => row!)]);
        }
    }
}
