using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;

namespace ChatOps.Platform.Tests.Access;

public sealed class PolicyDocumentTests
{
    [Fact]
    public void All_faults_of_a_file_are_reported_at_once_with_their_lines()
    {
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read(
            "access.yaml",
            """
            roles:
              operater: {}
              operator:
                users: [minho]
                groups: [sec-oncall]
              admin:
                users: { U0MINHO: yes }
            """,
            AccessPolicy.Read));
        Assert.Collection(
            fault.Faults,
            line => Assert.StartsWith("access.yaml:2: 'operater' is not known here", line),
            line => Assert.StartsWith("access.yaml:4: 'minho' is not a Slack user id", line),
            line => Assert.StartsWith("access.yaml:5: 'sec-oncall' is not a user group", line),
            line => Assert.StartsWith("access.yaml:7: 'users' must be a list", line));
    }

    [Fact]
    public void What_is_not_yaml_says_where()
    {
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read("access.yaml", "roles: [\n", AccessPolicy.Read));
        Assert.StartsWith("access.yaml:", Assert.Single(fault.Faults));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[a, b]\n")]
    [InlineData("42\n")]
    public void A_file_of_the_wrong_shape_is_a_fault_and_not_a_crash(string yaml) =>
        Assert.Throws<PolicyException>(() => PolicyDocument.Read("access.yaml", yaml, AccessPolicy.Read));

    [Fact]
    public void The_shipped_access_policy_names_nobody()
    {
        var policy = PolicyDocument.Read(
            "access.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", "access.yaml")), AccessPolicy.Read);
        Assert.All(policy.Grants.Values, grant => Assert.Empty(grant.Users.Concat(grant.Groups)));
    }

    [Fact]
    public void An_operators_folder_needs_to_hold_only_what_differs()
    {
        var own = Directory.CreateTempSubdirectory();
        var shipped = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(shipped.FullName, "a.yaml"), "shipped a");
            File.WriteAllText(Path.Combine(shipped.FullName, "b.yaml"), "shipped b");
            File.WriteAllText(Path.Combine(own.FullName, "a.yaml"), "own a");
            var folder = new PolicyFolder(own.FullName, shipped.FullName);
            Assert.Equal("own a", folder.Read("a.yaml"));
            Assert.Equal("shipped b", folder.Read("b.yaml"));
            Assert.Contains(
                "c.yaml: not found", Assert.Throws<PolicyException>(() => folder.Read("c.yaml")).Message, StringComparison.Ordinal);
        }
        finally
        {
            own.Delete(true);
            shipped.Delete(true);
        }
    }
}
