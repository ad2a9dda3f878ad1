using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

/// <summary>What is told of one finding within one second, and with other resources.</summary>
public sealed class SameFindingTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_rule_that_notifies_in_the_second_of_the_import_counts_in_any_order(DatabaseKind kind)
    {
        var events = JsonNode.Parse(Events.Body("hostile/same-second-notified"))!.AsArray().Select(node => node!.ToJsonString()).ToList();
        var id = SecurityHubEvents.Read(events[0]).Findings[0].Id;
        foreach (var order in new[] { events, [.. events.AsEnumerable().Reverse()] })
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            foreach (var body in order) await world.ReadAsync(body);
            Assert.Equal(WorkflowStatus.Notified, (await world.FindAsync(id))!.Workflow);

            // Told again, the import takes nothing back.
            await world.ReadAsync(events[0]);
            Assert.Equal(WorkflowStatus.Notified, (await world.FindAsync(id))!.Workflow);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_of_a_Config_rule_keeps_its_id_when_it_names_more_resources(DatabaseKind kind)
    {
        string[] events = [Events.Body("hostile/config-finding-1"), Events.Body("hostile/config-finding-2")];
        foreach (var atOnce in (bool[])[false, true])
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            if (atOnce) await world.ReadAsync(events);
            else foreach (var body in events) await world.ReadAsync(body);

            Assert.Equal(1, await world.CountAsync("findings"));
            var finding = await world.FindAsync(SecurityHubEvents.Read(events[0]).Findings[0].Id);
            Assert.Equal(SecurityHubEvents.Read(events[1]).Findings[0].Resources.Count, finding!.Resources.Count);
        }
    }
}
