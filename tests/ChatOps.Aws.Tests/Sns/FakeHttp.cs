using System.Collections.Concurrent;
using System.Net;

namespace ChatOps.Aws.Tests;

/// <summary>Answers HTTP requests in memory and remembers what was asked.</summary>
internal sealed class FakeHttp : HttpMessageHandler
{
    private readonly ConcurrentQueue<string> _asked = new();

    public Func<Uri, HttpResponseMessage> Respond { get; set; } = _ => Text("");

    /// <summary>Answers are held back until then.</summary>
    public Task Wait { get; set; } = Task.CompletedTask;

    public IReadOnlyList<string> Asked => [.. _asked];

    public static HttpResponseMessage Text(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _asked.Enqueue(request.RequestUri!.OriginalString);
        await Wait.WaitAsync(cancellationToken);
        return Respond(request.RequestUri);
    }
}
