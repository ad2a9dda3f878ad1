using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Access;

/// <summary>An interaction that takes another role than its sensitivity says, such as approving.</summary>
/// <param name="Id">The command, action id or callback id.</param>
/// <param name="Role">The role it takes.</param>
public sealed record InteractionRole(string Id, Role Role);

/// <summary>
/// The first of two checks: before a handler runs, by what its registration declares. The second is <see cref="IAccess.DemandAsync"/>,
/// where the act happens.
/// </summary>
internal sealed class InteractionGate(
    AccessRules access, IAudit audit, IDatabase database, ILocales locales, IEnumerable<InteractionRole> roles) : IInteractionGate
{
    private readonly Dictionary<string, Role> _roles = roles.ToDictionary(entry => entry.Id, entry => entry.Role, StringComparer.Ordinal);

    public async ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken)
    {
        var role = _roles.TryGetValue(interaction.Id, out var own)
            ? own
            : interaction.Sensitivity == Sensitivity.Read ? Role.Viewer : Role.Operator;
        if (role == Role.Viewer) return null;
        var holders = await access.HoldersAsync(cancellationToken);
        if (AccessRules.Has(holders, interaction.UserId, role)) return null;

        var act = new UserAction(interaction.UserId, interaction.Id, new SubjectId("interaction", interaction.Id), role);
        await database.WriteAsync(
            async uow =>
            {
                await audit.AppendAsync(uow, act, "refused", "{}", cancellationToken);
                return true;
            },
            cancellationToken);
        return AccessRefusal.Say(
            role, AccessRules.NamesOf(holders, role), await locales.OfUserAsync(interaction.UserId, cancellationToken));
    }
}
