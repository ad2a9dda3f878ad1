using System.Reflection;

namespace ChatOps.Bot;

/// <summary>What the command line answers by itself.</summary>
internal static class CommandLine
{
    private const string Help = """
        ChatOps, a Slack bot through which a company runs its AWS estate.

        ChatOps.Bot [--ChatOps:Section:Key=value ...]   runs the bot
        ChatOps.Bot doctor [--json]                     examines configuration, Slack, AWS, database and other servers, with a remedy
                                                        for each fault; exit code 0 well, 1 warnings, 2 faults, 78 configuration
        ChatOps.Bot --check-health                      asks the bot that runs here whether it is ready; exit code 0 or 1
        ChatOps.Bot --version                           the version
        ChatOps.Bot --help                              this

        Settings are environment variables (ChatOps__Slack__BotToken), appsettings.json, or arguments (--ChatOps:Slack:BotToken=xoxb-...).
        docs/operating.md has them all.
        """;

    /// <summary>Answers <c>--help</c> and <c>--version</c>.</summary>
    public static bool TryAnswer(IReadOnlyList<string> args, out string answer)
    {
        answer = args switch
        {
            ["--help" or "-h" or "help", ..] => Help,
            ["--version", ..] => typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion ?? "unknown",
            _ => "",
        };
        return answer.Length > 0;
    }
}
