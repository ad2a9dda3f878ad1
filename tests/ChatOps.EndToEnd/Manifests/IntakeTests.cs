using ChatOps.Platform.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>What the bot reads arrives: the rules of manifest/aws/intake.yaml let through every kind that some domain reads.</summary>
public class IntakeTests
{
    [Fact]
    public async Task Every_event_that_a_domain_reads_has_a_rule_and_is_forwarded()
    {
        await using var bot = Product.Build();
        // Kinds of EventBridge are 'source/detail-type'; others come from SNS topics and from Alertmanager.
        var read = bot.Services.GetServices<IEventReader>().SelectMany(reader => reader.Kinds)
            .Where(kind => kind.StartsWith("aws.", StringComparison.Ordinal)).Distinct().ToList();
        // A rule's own function may send what Config invoked it with to the queue; EventBridge has no event of that name.
        read.Remove(Incoming.ConfigRuleInvocation);
        Assert.NotEmpty(read);

        foreach (var template in (string[])["intake", "member"])
        {
            var let = Patterns(template).ToList();
            Assert.Empty(read.Where(kind => !let.Any(pattern => Matches(pattern, kind))).Select(kind => $"{template}: {kind}"));
        }
    }

    [Fact]
    public async Task The_service_is_configured_by_keys_that_the_bot_knows()
    {
        var containers = (YamlSequenceNode)Template.Read("service").At("Resources", "TaskDefinition", "Properties", "ContainerDefinitions");
        var keys = new[] { "Environment", "Secrets" }
            .SelectMany(list => (YamlSequenceNode)containers[0].At(list))
            .OfType<YamlMappingNode>().Select(entry => Template.Text(entry.At("Name")))
            .Where(name => name.StartsWith("ChatOps__", StringComparison.Ordinal)).ToList();
        Assert.Contains("ChatOps__Slack__BotToken", keys);

        // Every value reaches an option: what is bound is read back from the options themselves.
        var settings = keys.ToDictionary(key => key.Replace("__", ":", StringComparison.Ordinal), key => (string?)Value(key));
        settings.Remove("ChatOps:Aws:ParameterPrefix");
        await using var bot = Product.Build(settings: settings);
        var aws = bot.Services.GetRequiredService<IOptions<ChatOps.Aws.AwsOptions>>().Value;
        var sns = bot.Services.GetRequiredService<IOptions<ChatOps.Aws.SnsOptions>>().Value;
        var ingest = bot.Services.GetRequiredService<IOptions<IngestOptions>>().Value;
        var slack = bot.Services.GetRequiredService<IOptions<ChatOps.Slack.SlackOptions>>().Value;
        string?[] bound =
        [
            aws.Region, slack.BotToken, slack.SigningSecret, ingest.EventBridge.ApiKey, ingest.Alertmanager.BearerToken,
            .. ingest.Sqs.QueueUrls, .. sns.TopicArns,
            bot.Configuration["ChatOps:Dashboard:User"], bot.Configuration["ChatOps:Dashboard:Password"],
        ];

        Assert.Equal(settings.Values.Order(), bound.Order());
    }

    private static string Value(string key) => key switch
    {
        _ when key.Contains("QueueUrls", StringComparison.Ordinal) =>
            "https://sqs.ap-northeast-2.amazonaws.com/111122223333/chatops-intake",
        _ when key.Contains("TopicArns", StringComparison.Ordinal) => $"arn:aws:sns:ap-northeast-2:111122223333:topic-{key[^1]}",
        "ChatOps__Aws__Region" => "eu-west-1",
        "ChatOps__Slack__BotToken" => "xoxb-of-the-bot",
        _ => "value-of-" + key,
    };

    private static IEnumerable<(YamlNode? Sources, YamlNode? Types)> Patterns(string template) =>
        from resource in ((YamlMappingNode)Template.Read(template).At("Resources")).Children.Values
        where Template.Text(resource.At("Type")) == "AWS::Events::Rule"
        let pattern = ((YamlMappingNode)resource.At("Properties", "EventPattern")).Children
        select (
            pattern.TryGetValue("source", out var sources) ? sources : null,
            pattern.TryGetValue("detail-type", out var types) ? types : null);

    private static bool Matches((YamlNode? Sources, YamlNode? Types) pattern, string kind) =>
        kind.Split('/', 2) is [var source, var type] && Matches(pattern.Sources, source) && Matches(pattern.Types, type);

    /// <summary>
    /// EventBridge's patterns as far as the templates use them: a list of texts and prefixes; none lets everything through.
    /// </summary>
    private static bool Matches(YamlNode? pattern, string value) =>
        pattern is not YamlSequenceNode list
        || list.Any(item => item is YamlMappingNode prefix
            ? value.StartsWith(Template.Text(prefix.At("prefix")), StringComparison.Ordinal)
            : Template.Text(item) == value);
}
