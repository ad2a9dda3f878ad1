namespace ChatOps.Bot;

/// <summary>The container's own health check: the image has no curl, so the bot asks itself.</summary>
internal static class HealthProbe
{
    /// <summary>Asks /health/ready on the first configured address; 0 when it answers 200.</summary>
    public static async Task<int> RunAsync()
    {
        var urls = Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? BotHost.DefaultUrl;
        var port = new Uri(urls.Split(';')[0].Replace("+", "localhost", StringComparison.Ordinal)
            .Replace("*", "localhost", StringComparison.Ordinal)).Port;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://localhost:{port}/health/ready"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }
}
