using ChatOps.Bot;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;

namespace ChatOps.Benchmarks;

/// <summary>The whole bot with one more command that does nothing, so that acknowledging is measured and not what a command does.</summary>
internal static class AckHost
{
    public static async Task<int> RunAsync()
    {
        await using var app = BotHost.Create([], builder => builder.Services.AddSlack().Command<NothingCommand>(Sensitivity.Read));
        await app.RunAsync();
        return 0;
    }
}

internal sealed class NothingCommand : ISlashCommandHandler
{
    public static string Command => "/nothing";

    public Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken) => Task.CompletedTask;
}
