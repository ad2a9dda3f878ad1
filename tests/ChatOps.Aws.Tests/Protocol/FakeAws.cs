using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Aws.Tests;

/// <summary>A request as it came over the wire.</summary>
internal sealed record SeenRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

internal sealed record Answer(HttpStatusCode Status, string Body = "", string ContentType = "application/x-amz-json-1.1")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static Answer Json(string body) => new(HttpStatusCode.OK, body);
}

/// <summary>A loopback server on a free port that records what it is asked and answers what a test says.</summary>
internal sealed class FakeAws : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string OtherAccount = "444455556666";
    public const string Region = "ap-northeast-2";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private FakeAws(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    public Func<SeenRequest, CancellationToken, Task<Answer>> Respond { get; set; } = (_, _) => Task.FromResult(Answer.Json("{}"));

    public static async Task<FakeAws> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeAws(app);
        app.Run(fake.Handle);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Answers in turn, the last one again and again.</summary>
    public void RespondInTurn(params Answer[] answers)
    {
        var next = -1;
        Respond = (_, _) => Task.FromResult(answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]);
    }

    public void RespondAlways(string json) => RespondInTurn(Answer.Json(json));

    /// <summary>The whole registration, pointed at this server: one account of our own, another by its role.</summary>
    public ServiceProvider Services(params (string Key, string Value)[] settings) => TestServices.Build(
        null,
        [
            ("ChatOps:Aws:Region", Region), ("ChatOps:Aws:ServiceUrl", Url),
            ("ChatOps:Aws:Accounts:0:Id", Account), ("ChatOps:Aws:Accounts:0:Name", "prod"),
            ("ChatOps:Aws:Accounts:1:Id", OtherAccount),
            ("ChatOps:Aws:Accounts:1:RoleArn", $"arn:aws:iam::{OtherAccount}:role/ChatOpsMember"),
            ("ChatOps:Aws:Accounts:1:Regions:0", "us-east-1"),
            .. settings,
        ]);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Handle(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var request = new SeenRequest(
            http.Request.Method,
            http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent(),
            http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            body.ToArray());
        _seen.Enqueue(request);
        var answer = await Respond(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        if (answer.Body.Length == 0)
            return;
        http.Response.ContentType = answer.ContentType;
        await http.Response.WriteAsync(answer.Body);
    }
}
