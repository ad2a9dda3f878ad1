using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChatOps.EndToEnd.Alerting;

/// <summary>
/// Debian's Prometheus and Alertmanager on free ports, with one rule whose value the test sets: Prometheus scrapes a page of ours.
/// They look every other second, so that nobody waits; a scrape may take as long as its interval, on a busy machine too.
/// </summary>
internal sealed class PrometheusServers : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatops-prometheus-");
    private readonly HttpListener _page = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new();
    private readonly int _pagePort = FreePort();
    private double _errors;

    /// <summary>Prometheus' address.</summary>
    public string PrometheusUrl { get; } = $"http://127.0.0.1:{FreePort()}";

    /// <summary>Alertmanager's address.</summary>
    public string AlertmanagerUrl { get; } = $"http://127.0.0.1:{FreePort()}";

    /// <summary>The value the rule looks at; above 5 it fires.</summary>
    public double Errors
    {
        get => Volatile.Read(ref _errors);
        set => Volatile.Write(ref _errors, value);
    }

    /// <summary>Starts both, telling the bot by webhook.</summary>
    public async Task StartAsync(Uri bot)
    {
        _page.Prefixes.Add($"http://127.0.0.1:{_pagePort}/");
        _page.Start();
        _ = ServeAsync();

        File.WriteAllText(At("alertmanager.yml"), $$"""
            route: { receiver: chatops, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h }
            receivers:
              - name: chatops
                webhook_configs:
                  - url: {{new Uri(bot, "/events/alertmanager")}}
                    send_resolved: true
                    http_config: { authorization: { type: Bearer, credentials: {{BotSettings.BearerToken}} } }
            """);
        File.WriteAllText(At("rules.yml"), """
            groups:
              - name: shop
                rules:
                  - alert: HighErrorRate
                    expr: shop_errors_percent > 5
                    labels: { severity: critical }
                    annotations: { summary: 'Errors of "{{ $labels.job }}" at {{ $value }} %', runbook_url: https://runbooks.example.com/errors }
            """);
        File.WriteAllText(At("prometheus.yml"), $$"""
            global: { scrape_interval: 2s, evaluation_interval: 500ms }
            alerting: { alertmanagers: [ { static_configs: [ { targets: ['{{new Uri(AlertmanagerUrl).Authority}}'] } ] } ] }
            rule_files: [ rules.yml ]
            scrape_configs: [ { job_name: shop, static_configs: [ { targets: ['127.0.0.1:{{_pagePort}}'] } ] } ]
            """);
        Start(
            "prometheus-alertmanager", $"--config.file={At("alertmanager.yml")}", $"--storage.path={At("alertmanager")}",
            $"--web.listen-address={new Uri(AlertmanagerUrl).Authority}", "--cluster.listen-address=");
        await ReadyAsync($"{AlertmanagerUrl}/-/ready");
        Start(
            "prometheus", $"--config.file={At("prometheus.yml")}", $"--storage.tsdb.path={At("data")}",
            $"--web.listen-address={new Uri(PrometheusUrl).Authority}", "--rules.alert.resend-delay=250ms");
        await ReadyAsync($"{PrometheusUrl}/-/ready");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _page.Close();
        _http.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Start(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start.");
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    private Task ReadyAsync(string url) => Eventually.TrueAsync(
        async () =>
        {
            Assert.All(_processes, process => Assert.False(process.HasExited, $"{process.StartInfo.FileName} has ended."));
            try
            {
                using var answer = await _http.GetAsync(new Uri(url));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        because: $"{url} is not ready");

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var context = await _page.GetContextAsync();
                context.Response.ContentType = "text/plain; version=0.0.4";
                await using var writer = new StreamWriter(context.Response.OutputStream);
                await writer.WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"# TYPE shop_errors_percent gauge\nshop_errors_percent {Errors}\n"));
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
