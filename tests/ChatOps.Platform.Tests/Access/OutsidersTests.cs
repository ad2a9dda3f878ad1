using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Platform.Tests.Access;

/// <summary>Who is not of the installation sees nothing and changes nothing.</summary>
public sealed class OutsidersTests : IAsyncLifetime
{
    private static readonly AccessPolicy Policy = new(new Dictionary<Role, Grant> { [Role.Operator] = new(["U0000OPER"], []) });

    private readonly PlayedSlack _slack = new()
    {
        Home = new Identity { TeamId = "T0000001" },
        User = new User { Id = "U0000001", TeamId = "T0000001" },
    };

    private TestDatabase _database = null!;
    private AuditLog _audit = null!;

    public async Task InitializeAsync()
    {
        _database = await Databases.CreateAsync(DatabaseKind.Sqlite);
        _audit = new AuditLog(_database.Database, TimeProvider.System);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_member_may_look() => Assert.Null(await AskAsync(Press()));

    [Theory]
    [InlineData("stranger")]
    [InlineData("another workspace's")]
    [InlineData("guest")]
    [InlineData("guest of one channel")]
    [InlineData("bot")]
    [InlineData("of another organisation")]
    public async Task An_outsider_may_not_even_look(string who)
    {
        _slack.Home = _slack.Home! with { EnterpriseId = "E0000001" };
        var user = _slack.User!;
        _slack.User = who switch
        {
            "stranger" => user with { IsStranger = true },
            "another workspace's" => user with { TeamId = "T0PARTNER" },
            "guest" => user with { IsRestricted = true },
            "guest of one channel" => user with { IsUltraRestricted = true },
            "bot" => user with { IsBot = true },
            _ => user with { EnterpriseUser = new EnterpriseUser { EnterpriseId = "E0PARTNER" } },
        };

        foreach (var kind in Enum.GetValues<InteractionKind>())
        {
            var refusal = await AskAsync(Press() with { Kind = kind });
            Assert.Contains("정식 멤버가 아니어서", refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stranger_who_presses_again_and_again_fills_nothing()
    {
        _slack.User = _slack.User! with { IsStranger = true };
        var gate = Gate();
        for (var i = 0; i < 50; i++)
            Assert.NotNull(await gate.Refusal(Press(), CancellationToken.None));
        Assert.Single(await _audit.LastAsync(100, CancellationToken.None));
    }

    /// <summary>The user's id is an operator's; the workspace that they press from is not ours.</summary>
    [Theory]
    [InlineData("T0PARTNER", null, null)]
    [InlineData("T0000001", "T0PARTNER", null)]
    [InlineData("T0000001", null, "A0PARTNER")]
    public async Task An_operator_of_another_workspace_or_app_changes_nothing(string team, string? userTeam, string? app)
    {
        _slack.Home = _slack.Home! with { AppId = "A0000001" };
        var press = Press() with
        {
            UserId = "U0000OPER",
            Sensitivity = Sensitivity.Change,
            TeamId = team,
            UserTeamId = userTeam,
            AppId = app,
        };
        Assert.NotNull(await AskAsync(press));
        Assert.Null(await AskAsync(press with { TeamId = "T0000001", UserTeamId = "T0000001", AppId = "A0000001" }));
    }

    [Fact]
    public async Task A_colleague_of_the_organisation_that_the_app_is_installed_for_is_at_home()
    {
        _slack.Home = new Identity { TeamId = "T0000001", EnterpriseId = "E0000001", IsEnterpriseInstall = true };
        _slack.User = new User
        {
            Id = "U0COLLEAGUE",
            TeamId = "T0000077",
            EnterpriseUser = new EnterpriseUser { EnterpriseId = "E0000001", Teams = ["T0000077"] },
        };
        var press = Press() with { TeamId = "T0000077", UserTeamId = "T0000077", EnterpriseId = "E0000001" };
        Assert.Null(await AskAsync(press));
        Assert.NotNull(await AskAsync(press with { EnterpriseId = "E0PARTNER" }));
    }

    /// <summary>Fail closed: only whom access.yaml names is known without Slack.</summary>
    [Fact]
    public async Task While_Slack_cannot_say_who_somebody_is_only_those_who_are_named_go_on()
    {
        _slack.User = null;
        Assert.Contains("잠시 후 다시", await AskAsync(Press()), StringComparison.Ordinal);
        Assert.Null(await AskAsync(Press() with { UserId = "U0000OPER", Sensitivity = Sensitivity.Change }));
    }

    [Fact]
    public async Task The_policy_may_let_guests_look_and_never_lets_them_change()
    {
        _slack.User = _slack.User! with { Id = "U0000OPER", IsRestricted = true };
        var policy = Policy with { Outsiders = new OutsiderPolicy { Guests = OutsiderAccess.Read } };
        var press = Press() with { UserId = "U0000OPER" };
        Assert.Null(await Gate(policy).Refusal(press, CancellationToken.None));
        Assert.NotNull(await Gate(policy).Refusal(press with { Sensitivity = Sensitivity.Change }, CancellationToken.None));
    }

    [Fact]
    public void The_file_says_who_of_them_may_look()
    {
        var policy = PolicyDocument.Read(
            "access.yaml", "outsiders: {guests: read, bots: refuse}\nroles: {operator: {users: [], groups: []}}", AccessPolicy.Read);
        Assert.Equal(
            new OutsiderPolicy { Guests = OutsiderAccess.Read, Strangers = OutsiderAccess.Refuse, Bots = OutsiderAccess.Refuse },
            policy.Outsiders);
    }

    private static Interaction Press() =>
        new(InteractionKind.BlockAction, "finding.more", Sensitivity.Read, "U0000001", "T0000001", "C00000001");

    private ValueTask<string?> AskAsync(Interaction interaction) => Gate().Refusal(interaction, CancellationToken.None);

    private InteractionGate Gate(AccessPolicy? policy = null)
    {
        policy ??= Policy;
        var access = new AccessRules(
            new GivenPolicy<AccessPolicy>(policy), new PlayedGroups(new Dictionary<string, IReadOnlySet<string>>()), _audit,
            _database.Database, NullLogger<AccessRules>.Instance);
        return _slack.Gate(access, policy, _audit, _database.Database, []);
    }
}
