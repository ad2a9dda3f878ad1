using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox.Tests.Slack;

public class SandboxHostTests
{
    [Fact]
    public async Task The_page_and_both_fakes_listen_on_free_ports()
    {
        await using var sandbox = new SandboxHost(SandboxAddresses.Free);
        await sandbox.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        var page = await http.GetStringAsync(new Uri(sandbox.Addresses.Bot + "/"));
        var aws = (JsonObject)JsonNode.Parse(await http.GetStringAsync(new Uri(sandbox.Addresses.Bot + "/sandbox/aws")))!;
        var slack = (JsonObject)JsonNode.Parse(
            await http.GetStringAsync(new Uri(sandbox.Addresses.Slack + "/api/auth.test?token=xoxb-sandbox")))!;

        Assert.Contains("<html", page, StringComparison.Ordinal);
        Assert.Equal(2, aws.Objects("accounts").Count());
        Assert.Equal("U0CHATOPS", slack.Text("user_id"));
        Assert.Equal(3, new[] { sandbox.Addresses.Bot, sandbox.Addresses.Slack, sandbox.Addresses.Aws }.Distinct().Count());
    }
}
