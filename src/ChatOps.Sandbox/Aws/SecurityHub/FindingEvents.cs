using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Delivery;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>The events that Security Hub puts on the bus. Called under the state's lock, so that events keep its order.</summary>
internal sealed class FindingEvents(EventBus bus)
{
    /// <summary>How many findings share an event at most.</summary>
    private const int PerEvent = 10;

    /// <summary>'Security Hub Findings - Imported', by account, region and route, several findings an event.</summary>
    public void Imported(IReadOnlyCollection<StoredFinding> findings)
    {
        foreach (var group in findings.GroupBy(f => (f.AccountId, f.Region, f.Route)))
        {
            foreach (var chunk in group.Chunk(PerEvent))
            {
                bus.Put(new BusEvent(
                    "Security Hub Findings - Imported",
                    "aws.securityhub",
                    group.Key.AccountId,
                    group.Key.Region,
                    [.. chunk.Select(f => $"{f.ProductArn}/{f.Id}")],
                    new JsonObject { ["findings"] = Bodies(chunk) },
                    group.Key.Route));
            }
        }
    }

    /// <summary>'Security Hub Findings - Custom Action': somebody chose findings in the console and pressed an action.</summary>
    public void CustomAction(string name, string description, IReadOnlyCollection<StoredFinding> findings)
    {
        foreach (var group in findings.GroupBy(f => (f.AccountId, f.Region)))
        {
            bus.Put(new BusEvent(
                "Security Hub Findings - Custom Action",
                "aws.securityhub",
                group.Key.AccountId,
                group.Key.Region,
                [$"arn:aws:securityhub:{group.Key.Region}:{group.Key.AccountId}:action/custom/{name}"],
                new JsonObject { ["actionName"] = name, ["actionDescription"] = description, ["findings"] = Bodies(group) },
                EventRoute.EventBridge));
        }
    }

    private static JsonArray Bodies(IEnumerable<StoredFinding> findings) => [.. findings.Select(f => f.Body.DeepClone())];
}
