using System.Text.RegularExpressions;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>manifest/slack/app.yaml is what the bot answers and asks, and asks for no right that it does not use.</summary>
public partial class SlackAppTests
{
    /// <summary>Scopes of the Web API's methods, as Slack's reference has them for bot tokens.</summary>
    private static readonly Dictionary<string, string[]> ScopesOfMethods = new()
    {
        ["auth.test"] = [],
        ["chat.delete"] = ["chat:write"],
        ["chat.getPermalink"] = [],
        ["chat.postEphemeral"] = ["chat:write"],
        ["chat.postMessage"] = ["chat:write"],
        ["chat.update"] = ["chat:write"],
        ["conversations.history"] = ["channels:history", "groups:history", "metadata.message:read"],
        ["conversations.info"] = ["channels:read", "groups:read"],
        ["conversations.join"] = ["channels:join"],
        ["conversations.list"] = ["channels:read", "groups:read"],
        ["conversations.open"] = ["im:write"],
        ["conversations.replies"] = ["channels:history", "groups:history", "metadata.message:read"],
        ["files.completeUploadExternal"] = ["files:write"],
        ["files.getUploadURLExternal"] = ["files:write"],
        ["files.info"] = ["files:read"],
        // Not a method: how we call the address that an upload is given. It asks for no token.
        ["files.upload"] = [],
        ["usergroups.list"] = ["usergroups:read"],
        ["usergroups.users.list"] = ["usergroups:read"],
        ["users.info"] = ["users:read"],
        ["users.list"] = ["users:read"],
        ["users.lookupByEmail"] = ["users:read", "users:read.email"],
        ["views.open"] = [],
        ["views.publish"] = [],
        ["views.push"] = [],
        ["views.update"] = [],
    };

    /// <summary>Events, how the manifest names them, and what each needs.</summary>
    private static readonly Dictionary<string, (string[] Events, string[] Scopes)> ScopesOfEvents = new()
    {
        ["app_home_opened"] = (["app_home_opened"], []),
        ["app_mention"] = (["app_mention"], ["app_mentions:read"]),
        ["message"] = (["message.im"], ["im:history"]),
    };

    private static readonly YamlMappingNode App = Template.Yaml("manifest", "slack", "app.yaml");

    private static readonly Lazy<IReadOnlyList<SlackRegistration>> Registered = new(() =>
    {
        using var bot = new Disposing(Product.Build());
        return [.. bot.App.Services.GetRequiredService<SlackRegistry>()];
    });

    [Fact]
    public void It_offers_the_commands_that_are_answered()
    {
        var offered = ((YamlSequenceNode)App.At("features", "slash_commands")).Select(command => Template.Text(command.At("command")));
        var answered = Registered.Value.Where(entry => entry.Kind == InteractionKind.Command).Select(entry => entry.Id);

        Assert.Equal(answered.Union(NotYetMerged.Commands).Order(), offered.Order());
    }

    [Fact]
    public void Every_command_says_what_it_is_for_and_how_to_get_help() =>
        Assert.All((YamlSequenceNode)App.At("features", "slash_commands"), command =>
        {
            Assert.NotEmpty(Template.Text(command.At("description")));
            Assert.Contains("help", Template.Text(command.At("usage_hint")), StringComparison.Ordinal);
            Assert.EndsWith("/slack/commands", Template.Text(command.At("url")), StringComparison.Ordinal);
        });

    [Fact]
    public void It_is_told_of_the_events_that_are_handled_and_of_no_others()
    {
        var settings = (YamlMappingNode)App.At("settings");
        var incoming = settings.Children.TryGetValue("event_subscriptions", out var subscriptions)
            ? ((YamlSequenceNode)subscriptions.At("bot_events")).Select(Template.Text)
            : [];
        var handled = Registered.Value.Where(entry => entry.Kind == InteractionKind.Event).SelectMany(
            entry => ScopesOfEvents[entry.Id].Events);

        Assert.Equal(handled.Order(), incoming.Order());
        var home = Template.Text(App.At("features", "app_home", "home_tab_enabled"));
        Assert.Equal(SlackCalls().Contains("views.publish") ? "true" : "false", home);
    }

    [Fact]
    public void It_asks_for_menu_options_where_some_are_answered()
    {
        var interactivity = (YamlMappingNode)App.At("settings", "interactivity");

        Assert.Equal(
            Registered.Value.Any(entry => entry.Kind == InteractionKind.Options),
            interactivity.Children.ContainsKey("message_menu_options_url"));
    }

    [Fact]
    public void It_asks_for_the_scopes_of_what_the_code_calls_and_for_no_others()
    {
        var called = SlackCalls().Union(NotYetMerged.SlackMethods).ToList();
        Assert.Contains("chat.postMessage", called);
        Assert.Empty(called.Except(ScopesOfMethods.Keys));
        var needed = called.SelectMany(method => ScopesOfMethods[method])
            .Concat(
                Registered.Value.Where(entry => entry.Kind == InteractionKind.Event).SelectMany(entry => ScopesOfEvents[entry.Id].Scopes))
            .Append("commands").Distinct();
        var asked = ((YamlSequenceNode)App.At("oauth_config", "scopes", "bot")).Select(Template.Text);

        Assert.Equal(needed.Order(), asked.Order());
    }

    [Fact]
    public void Every_scope_says_what_it_is_for()
    {
        var scopes = File.ReadLines(Repository.At("manifest", "slack", "app.yaml")).Where(line => ScopeLine().IsMatch(line)).ToList();

        Assert.Equal(((YamlSequenceNode)App.At("oauth_config", "scopes", "bot")).Children.Count, scopes.Count);
        Assert.All(scopes, line => Assert.Matches(@"# \S+ \S+", line));
    }

    /// <summary>The methods' names, in the compiled code of those of our client's methods that somebody calls.</summary>
    private static HashSet<string> SlackCalls()
    {
        var called = new[] { Product.Jobs, Product.Bot }.Concat(Product.Domains).SelectMany(CompiledCode.CalledBy).ToHashSet();
        var client = Product.Slack.GetType("ChatOps.Slack.Api.SlackApiClient", throwOnError: true)!;
        var methods = new HashSet<string>();
        foreach (var contract in client.GetInterfaces().Where(contract => contract.Namespace == typeof(ISlackApiClient).Namespace))
        {
            var map = client.GetInterfaceMap(contract);
            for (var at = 0; at < map.InterfaceMethods.Length; at++)
            {
                if (called.Contains(map.InterfaceMethods[at]))
                    methods.UnionWith(
                        CompiledCode.UsedBy(map.TargetMethods[at]).OfType<string>().Where(text => MethodName().IsMatch(text)));
            }
        }

        return methods;
    }

    [GeneratedRegex(
        @"\A(auth|bookmarks|chat|conversations|dnd|emoji|files|pins|reactions|reminders|team|usergroups|users|views)(\.[a-zA-Z]+)+\z")]
    private static partial Regex MethodName();

    [GeneratedRegex(@"^ {6}- [a-z]")]
    private static partial Regex ScopeLine();

    private sealed class Disposing(Microsoft.AspNetCore.Builder.WebApplication app) : IDisposable
    {
        public Microsoft.AspNetCore.Builder.WebApplication App => app;

        public void Dispose() => ((IDisposable)app).Dispose();
    }
}
