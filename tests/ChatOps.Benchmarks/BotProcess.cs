using System.Diagnostics;
using System.Globalization;

namespace ChatOps.Benchmarks;

/// <summary>The bot as its own process, as it runs in production, with its memory and start-up measured from outside.</summary>
internal sealed class BotProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BotProcess(Process process, Uri address, TimeSpan readyAfter) =>
        (_process, Address, ReadyAfter) = (process, address, readyAfter);

    public Uri Address { get; }

    /// <summary>From the start of the process to the first 200 of /health/ready.</summary>
    public TimeSpan ReadyAfter { get; }

    public double PeakMegabytes => ReadStatus("VmHWM");

    /// <summary>Processor time since the process began, in microseconds, user and kernel.</summary>
    public double ProcessorMicroseconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    public double ResidentMegabytes => ReadStatus("VmRSS");

    public static async Task<BotProcess> StartAsync(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var port = FreePort.Take();
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var incoming = new List<string>();
        process.OutputDataReceived += (_, line) => Keep(incoming, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(incoming, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var address = new Uri($"http://127.0.0.1:{port}");
        using var client = new HttpClient { BaseAddress = address };
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) break;
            try
            {
                using var answer = await client.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return new BotProcess(process, address, Stopwatch.GetElapsedTime(began));
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        if (!process.HasExited) process.Kill(entireProcessTree: true);
        throw new InvalidOperationException("The bot did not become ready: " + string.Join(Environment.NewLine, incoming.TakeLast(30)));
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Waits for the process's own end; its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Keep(List<string> incoming, string? line)
    {
        if (line is null) return;
        lock (incoming) incoming.Add(line);
    }

    private double ReadStatus(string name) =>
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
            ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024
            : double.NaN;
}
