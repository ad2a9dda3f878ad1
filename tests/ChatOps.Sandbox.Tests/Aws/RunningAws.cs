using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ChatOps.Sandbox.Aws;
using ChatOps.Sandbox.Aws.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>A local AWS on a free port, with a bot's place that records what it is sent.</summary>
public sealed class RunningAws : IAsyncLifetime
{
    private readonly AwsCommandLine _commands = new();
    private WebApplication? _aws;
    private WebApplication? _bot;
    private WebApplication? _panel;

    public AwsSandbox Sandbox { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    /// <summary>What the bot was sent, in order of arrival.</summary>
    public Channel<ReceivedPost> Posts { get; } = Channel.CreateUnbounded<ReceivedPost>();

    /// <summary>What the bot answers; 200 unless a test says otherwise.</summary>
    public Func<ReceivedPost, int> BotAnswers { get; set; } = _ => 200;

    public HttpClient Http { get; } = new();

    public async Task InitializeAsync()
    {
        _bot = Application();
        _bot.MapPost("/events/{way}", async (string way, HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var post = new ReceivedPost(
                way, await reader.ReadToEndAsync(),
                request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            Posts.Writer.TryWrite(post);
            return Results.StatusCode(BotAnswers(post));
        });
        await _bot.StartAsync();

        var options = new AwsSandboxOptions
        {
            BotUrl = new Uri(_bot.Urls.First()),
            StepDuration = TimeSpan.FromMilliseconds(20),
            EvaluationDelay = TimeSpan.FromMilliseconds(20),
            FirstRetryDelay = TimeSpan.FromMilliseconds(20),
        };
        Sandbox = new AwsSandbox(options, TimeProvider.System, NullLoggerFactory.Instance);
        _aws = SandboxAws.Create(Sandbox, "http://127.0.0.1:0");
        await _aws.StartAsync();
        Url = options.PublicUrl = new Uri(_aws.Urls.First());
        _panel = Application();
        _panel.MapSandboxAws(Sandbox);
        await _panel.StartAsync();
        Http.BaseAddress = new Uri(_panel.Urls.First());
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _commands.DisposeAsync();
        await _aws!.DisposeAsync();
        await _panel!.DisposeAsync();
        await _bot!.DisposeAsync();
        Sandbox.Dispose();
    }

    /// <summary>Presses a button of the panel.</summary>
    public async Task<JsonObject> PressAsync(string button, object? body = null)
    {
        var response = await Http.PostAsJsonAsync($"/sandbox/aws/{button}", body ?? new { });
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>Runs the AWS command line client; its output, parsed, or its error.</summary>
    public Task<CliResult> CliAsync(params string[] arguments) =>
        CliAsAsync(AwsSandboxOptions.AccessKeyId, AwsSandboxOptions.SecretAccessKey, null, arguments);

    public Task<CliResult> CliAsAsync(string key, string secret, string? token, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = key,
            ["AWS_SECRET_ACCESS_KEY"] = secret,
            ["AWS_DEFAULT_REGION"] = AwsSandboxOptions.HomeRegion,
            ["AWS_CONFIG_FILE"] = "/nonexistent",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_MAX_ATTEMPTS"] = "1",
            ["AWS_PAGER"] = "",
        };
        if (token is not null) environment["AWS_SESSION_TOKEN"] = token;
        return _commands.RunAsync(environment, ["--endpoint-url", Url.ToString(), "--output", "json", .. arguments]);
    }

    /// <summary>The next post to the bot that is as wanted.</summary>
    public async Task<ReceivedPost> NextAsync(Func<ReceivedPost, bool> requested)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var post in Posts.Reader.ReadAllAsync(limit.Token))
        {
            if (requested(post))
                return post;
        }

        throw new InvalidOperationException("The bot is gone.");
    }

    private static WebApplication Application()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder.Build();
    }
}

public sealed record ReceivedPost(string Way, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? DetailType => (string?)Json["detail-type"];

    public JsonObject Detail => Json["detail"]!.AsObject();
}

public sealed record CliResult(int ExitCode, string Output, string Error)
{
    public JsonObject Json =>
        ExitCode == 0 && Output.Length > 0 ? JsonNode.Parse(Output)!.AsObject() : throw new InvalidOperationException(Error);
}
