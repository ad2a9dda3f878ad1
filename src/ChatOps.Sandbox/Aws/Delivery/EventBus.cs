using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Delivery;

/// <summary>The way an event takes to the bot.</summary>
internal enum EventRoute
{
    EventBridge,
    Sns,
    Sqs,
}

/// <summary>An event before the bus gives it its id and time.</summary>
internal sealed record BusEvent(
    string DetailType,
    string Source,
    string AccountId,
    string Region,
    IReadOnlyList<string> Resources,
    JsonObject Detail,
    EventRoute Route);

/// <summary>An event as it travels: the envelope's text never changes, however often it is sent.</summary>
internal sealed record SentEvent(string Id, EventRoute Route, string Text);

/// <summary>The default event bus of every account: writes the envelope and hands it to delivery. Never blocks.</summary>
internal sealed class EventBus(EventDelivery delivery, TimeProvider time)
{
    public void Put(BusEvent put)
    {
        var id = AwsIds.Guid();
        var envelope = new JsonObject
        {
            ["version"] = "0",
            ["id"] = id,
            ["detail-type"] = put.DetailType,
            ["source"] = put.Source,
            ["account"] = put.AccountId,
            ["time"] = AwsIds.IsoSeconds(time.GetUtcNow()),
            ["region"] = put.Region,
            ["resources"] = new JsonArray([.. put.Resources.Select(r => (JsonNode)r)]),
            ["detail"] = put.Detail,
        };
        delivery.Enqueue(new SentEvent(id, put.Route, Protocols.AwsAnswer.Text(envelope)));
    }
}
