using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>Something that can happen at the press of a button.</summary>
/// <param name="Id">What the page sends.</param>
/// <param name="Title">A few words.</param>
/// <param name="Description">What is made, and which way the event takes.</param>
/// <param name="Severity">Security Hub's label.</param>
/// <param name="Route">The way of its events.</param>
/// <param name="Happen">Makes it, under the state's lock; answers the findings that came of it.</param>
internal sealed record Scenario(
    string Id,
    string Title,
    string Description,
    string Severity,
    EventRoute Route,
    Func<AwsSandbox, EventRoute, IReadOnlyList<StoredFinding>> Happen);
