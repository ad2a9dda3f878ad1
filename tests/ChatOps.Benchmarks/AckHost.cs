using System.Buffers;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>
/// For comparison: a bare server that reads the body, computes its HMAC and answers 200. It keeps, parses and does nothing.
/// </summary>
internal static class BareHost
{
    public static async Task<int> RunAsync(string signingSecret)
    {
        var secret = Encoding.UTF8.GetBytes(signingSecret);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(async context =>
        {
            var length = (int)(context.Request.ContentLength ?? 0);
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            await context.Request.Body.ReadExactlyAsync(buffer.AsMemory(0, length));
            Sign(secret, buffer.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
        });
        await app.RunAsync();
        return 0;
    }

    private static void Sign(byte[] secret, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, hash);
    }
}

internal sealed class NothingCommand : ISlashCommandHandler
{
    public static string Command => "/nothing";

    public Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken) => Task.CompletedTask;
}
