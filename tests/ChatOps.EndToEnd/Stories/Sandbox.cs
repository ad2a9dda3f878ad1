using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.EndToEnd.Stories;

/// <summary>
/// The whole product, started in this process on free ports. Its AWS is looked at through the clients the bot itself uses.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private readonly DirectoryInfo _policy = Directory.CreateTempSubdirectory("chatops-story-policy-");
    private readonly HttpClient _http = new();
    private readonly SandboxHost _host;

    private Sandbox(string language, string[] more)
    {
        foreach (var file in (string[])["access.yaml", "tags.yaml"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "sandbox-policy", file), Path.Combine(_policy.FullName, file));
        }

        File.WriteAllText(Path.Combine(_policy.FullName, "routes.yaml"), $$"""
            findings:
              - { to: "#security", severity: medium+, language: {{language}} }
            health:
              - { to: "#alerts", language: {{language}} }
            approvals:
              - { to: "#approvals", language: {{language}} }
            alerts:
              - { to: "#alerts", language: {{language}} }
            tagging:
              - { to: "#assets", language: {{language}} }
            reports:
              - { to: "#reports", language: {{language}} }
            costs:
              - { to: "#costs", language: {{language}} }
            """);
        // The sandbox's own services and dashboards, for one group of readers.
        var shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox-policy", "report.yaml"));
        File.WriteAllText(Path.Combine(_policy.FullName, "report.yaml"), $$"""
            recipients:
              - { to: ["team@example.com", "lead@example.com"], language: {{language}} }
            {{shipped[shipped.IndexOf("services:", StringComparison.Ordinal)..]}}
            """);
        string[] settings = [$"--ChatOps:PolicyPath={_policy.FullName}", "--Logging:LogLevel:Default=Warning", .. more];
        _host = new SandboxHost(SandboxAddresses.Free, args: settings);
        _host.AwsOptions.StepDuration = TimeSpan.FromMilliseconds(500);
        // Long enough for what stands meanwhile to be seen on a busy machine.
        _host.AwsOptions.EvaluationDelay = TimeSpan.FromSeconds(3);
    }

    /// <summary>The page's address.</summary>
    public string Url => _host.Addresses.Bot;

    /// <param name="language">Of the channels: <c>en</c> or <c>ko</c>.</param>
    /// <param name="settings">Further configuration of the bot, as <c>--key=value</c>.</param>
    public static async Task<Sandbox> StartAsync(string language = "en", params string[] settings)
    {
        var sandbox = new Sandbox(language, settings);
        await sandbox._host.StartAsync();
        return sandbox;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _http.Dispose();
        _policy.Delete(recursive: true);
    }

    /// <summary>Whether all four switches of a bucket's public access block are on.</summary>
    public async Task<bool> BlocksPublicAccessAsync(string account, string bucket)
    {
        try
        {
            var s3 = _host.BotServices.GetRequiredService<IAwsClients>().S3(account, "ap-northeast-2");
            var block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }))
                .PublicAccessBlockConfiguration;
            return block is { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
        }
        catch (Amazon.S3.AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchPublicAccessBlockConfiguration")
        {
            return false;
        }
    }

    /// <summary>The only finding whose resource has a name, as Security Hub has it now.</summary>
    public async Task<HubFinding> FindingAsync(string resource)
    {
        var hub = _host.BotServices.GetRequiredService<IAwsClients>().SecurityHub("111122223333", "ap-northeast-2");
        var page = await hub.GetFindingPage(
            new FindingQuery { Filters = new AwsSecurityFindingFilters { ResourceId = [new StringFilter($":{resource}", "CONTAINS")] } },
            null);
        var finding = JsonNode.Parse(Assert.Single(page.Findings).GetRawText())!;
        return new HubFinding(
            (string)finding["Workflow"]!["Status"]!, (string)finding["Compliance"]!["Status"]!, (string?)finding["Note"]?["Text"] ?? "");
    }

    /// <summary>Waits until Security Hub has a finding so: the bot writes after it has answered the person.</summary>
    public Task HubHasAsync(string resource, string workflow, string note) => Eventually.TrueAsync(
        async () => await FindingAsync(resource) is { } now && now.Workflow == workflow
            && now.Note.Contains(note, StringComparison.OrdinalIgnoreCase),
        because: $"Security Hub does not have {resource} as {workflow} with a note of '{note}'");

    /// <summary>Waits until Security Hub has the only finding of GuardDuty so.</summary>
    public Task HubHasThreatAsync(string workflow, string note) => Eventually.TrueAsync(
        async () =>
        {
            var hub = _host.BotServices.GetRequiredService<IAwsClients>().SecurityHub("111122223333", "ap-northeast-2");
            var page = await hub.GetFindingPage(
                new FindingQuery { Filters = new AwsSecurityFindingFilters { ProductName = [new StringFilter("GuardDuty", "EQUALS")] } },
                null);
            var finding = JsonNode.Parse(Assert.Single(page.Findings).GetRawText())!;
            return (string?)finding["Workflow"]!["Status"] == workflow
                && ((string?)finding["Note"]?["Text"] ?? "").Contains(note, StringComparison.Ordinal);
        },
        because: $"Security Hub does not have GuardDuty's finding as {workflow} with a note of '{note}'");

    /// <summary>Brings the inventory up to date now, where the timetable would within a minute or two.</summary>
    public async Task SyncAssetsAsync()
    {
        var sync = _host.BotServices.GetRequiredService<IAssetSync>();
        await EventsDeliveredAsync();
        foreach (var account in _host.BotServices.GetRequiredService<IAwsAccounts>().All)
        {
            // The sync of the start may still be at it.
            foreach (var region in account.Regions)
                await Eventually.TrueAsync(
                    () => sync.RunAsync(new AssetScope(account.Id, region), default), 60, "another sync does not end");
        }
    }

    /// <summary>The statuses of the automations, latest first.</summary>
    public async Task<string[]> AutomationsAsync() =>
        [.. (await SummaryAsync())["executions"]!.AsArray().Select(node => (string)node!["status"]!)];

    /// <summary>The mails that were sent.</summary>
    public IReadOnlyList<ChatOps.Sandbox.Email.ReceivedMail> Mails => _host.Mails.All;

    /// <summary>Waits until every event of AWS has been taken by the bot.</summary>
    public Task EventsDeliveredAsync() => Eventually.TrueAsync(
        async () => (await SummaryAsync())["events"] is { } events && (int)events["waiting"]! == 0 && (int)events["retrying"]! == 0,
        because: "events still wait");

    /// <summary>As many findings at once.</summary>
    public async Task StormAsync(int count)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/aws/storm"), new { count });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>So many automations may run at once in an account and Region from now on.</summary>
    public async Task LimitAutomationsAsync(int count)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/aws/limit-automations"), new { count });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Has a job of the timetable run now.</summary>
    public void RunJob(string id) => _host.BotServices.GetRequiredService<Hangfire.IRecurringJobManager>().Trigger(id);

    /// <summary>The content of a file that was shared in Slack.</summary>
    public Task<string> FileAsync(string path) => _http.GetStringAsync(new Uri(Url + path));

    /// <summary>The tags of a resource, as AWS has them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TagsAsync(string account, string arn)
    {
        var tagging = _host.BotServices.GetRequiredService<IAwsClients>().Tagging(account, "ap-northeast-2");
        await foreach (var resource in tagging.GetResources(new TagQuery { Arns = [arn] })) return resource.Tags;
        return new Dictionary<string, string>();
    }

    /// <summary>The ARNs of resources whose Name tag is so.</summary>
    public async Task<IReadOnlyList<string>> ArnsAsync(string account, string name)
    {
        var arns = new List<string>();
        var tagging = _host.BotServices.GetRequiredService<IAwsClients>().Tagging(account, "ap-northeast-2");
        await foreach (var resource in tagging.GetResources(new TagQuery { Tags = [new TagFilter("Name", [name])] }))
            arns.Add(resource.Arn);
        return arns;
    }

    /// <summary>Somebody creates a resource in the stage account; its ARN.</summary>
    public async Task<string> CreateAsync(string kind, string person, string name)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/aws/create"), new { kind, person, name });
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["arn"]!;
    }

    /// <summary>Submits a view twice at the same moment, which the page itself would not: a finger on a slow network can.</summary>
    public async Task SubmitTwiceAsync(Somebody who, string viewId)
    {
        var body = new { user = who.Id, view_id = viewId, state = new { values = new { } } };
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/view/submit"), body);
            answer.EnsureSuccessStatusCode();
        }));
    }

    /// <summary>Submits the topmost view that somebody has open, with what its inputs say.</summary>
    public async Task SubmitAsync(Somebody who, Func<JsonNode, object> valuesOf)
    {
        JsonNode? view = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var stack = JsonNode.Parse(await _http.GetStringAsync(new Uri($"{Url}/sandbox/views?user={who.Id}")))!["stack"]!.AsArray();
                view = stack.Count > 0 ? stack[^1] : null;
                return view is not null;
            },
            because: "no view is open");
        var body = new { user = who.Id, view_id = (string)view!["id"]!, state = new { values = valuesOf(view) } };
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/view/submit"), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A service of the running bot.</summary>
    public T Service<T>()
        where T : notnull => _host.BotServices.GetRequiredService<T>();

    /// <summary>The messages of a channel, as somebody sees them.</summary>
    public async Task<JsonArray> MessagesAsync(Somebody who, string channel) =>
        JsonNode.Parse(
            await _http.GetStringAsync(new Uri($"{Url}/sandbox/messages?channel={channel}&user={who.Id}")))!["messages"]!.AsArray();

    /// <summary>Uses an element of a message, as somebody would in Slack.</summary>
    public async Task ActAsync(Somebody who, string channel, JsonNode message, string blockId, string actionId, object action)
    {
        var body = new
        {
            user = who.Id,
            container = new { type = "message", channel, message_ts = (string)message["ts"]! },
            block_id = blockId,
            action_id = actionId,
            action,
        };
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/sandbox/action"), body);
        answer.EnsureSuccessStatusCode();
        Assert.True((bool)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["ok"]!);
    }

    private async Task<JsonNode> SummaryAsync() => JsonNode.Parse(await _http.GetStringAsync(new Uri($"{Url}/sandbox/aws")))!;
}

/// <summary>What stories ask about a finding in Security Hub.</summary>
internal sealed record HubFinding(string Workflow, string Compliance, string Note);
