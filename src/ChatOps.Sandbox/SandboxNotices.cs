using System.Text.Json;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox;

/// <summary>What the local AWS tells the page travels in the page's one stream.</summary>
internal sealed class SandboxNotices(PageStream stream) : ISandboxNotices
{
    public void Publish(string @event, object data) =>
        stream.Publish(@event, JsonSerializer.SerializeToNode(data, JsonSerializerOptions.Web)!);
}
