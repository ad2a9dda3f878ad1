using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>Debian's AWS command line client. One interpreter for many commands (<c>aws_commands.py</c>), started with the first.</summary>
internal sealed class AwsCommandLine : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _process;

    public async Task<CliResult> RunAsync(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        await _turn.WaitAsync();
        try
        {
            _process ??= Start();
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { arguments, environment }));
            await _process.StandardInput.FlushAsync();
            var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(
                "The AWS command line client has ended: " + await _process.StandardError.ReadToEndAsync());
            var incoming = JsonNode.Parse(answer)!;
            return new CliResult((int)incoming["code"]!, (string)incoming["output"]!, (string)incoming["error"]!);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _turn.Dispose();
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Aws", "aws_commands.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Each command says whose it is; nothing of the machine's own.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}
