using ChatOps.Platform.Caching;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Access;

/// <summary>An interaction that takes another role than its sensitivity says, such as approving.</summary>
/// <param name="Id">The command, action id or callback id.</param>
/// <param name="Role">The role it takes.</param>
public sealed record InteractionRole(string Id, Role Role);

/// <summary>
/// The first of two checks: before a handler runs, and before anything is written. Who is not of the installation is refused, reading
/// included, unless <c>access.yaml</c> lets them look; then the role counts that the registration declares. The second check is
/// <see cref="IAccess.DemandAsync"/>, where the act happens.
/// </summary>
internal sealed class InteractionGate(
    AccessRules access, Outsiders outsiders, IPolicy<AccessPolicy> policy, IAudit audit, IDatabase database, ILocales locales,
    TimeProvider time, IEnumerable<InteractionRole> roles) : IInteractionGate
{
    private const int OutsidersRemembered = 1000;

    /// <summary>One entry a person and minute: the audit is no place for a stranger to fill.</summary>
    private static readonly TimeSpan AuditedEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Role> _roles = roles.ToDictionary(entry => entry.Id, entry => entry.Role, StringComparer.Ordinal);
    private readonly TimedCache<string, bool> _audited = new(OutsidersRemembered, time, StringComparer.Ordinal);

    public async ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken)
    {
        var role = _roles.TryGetValue(interaction.Id, out var own)
            ? own
            : interaction.Sensitivity == Sensitivity.Read ? Role.Viewer : Role.Operator;
        // What nobody caused nobody is asked for.
        var standing = interaction.UserId.Length == 0 ? Standing.Member : await outsiders.OfAsync(interaction, cancellationToken);
        if (standing is Standing.Guest or Standing.Stranger or Standing.Bot
            && (role != Role.Viewer || Allowed(standing) == OutsiderAccess.Refuse))
            return await RefuseOutsiderAsync(interaction, role, cancellationToken);

        if (role == Role.Viewer && standing != Standing.Unknown) return null;
        var holders = await access.HoldersAsync(cancellationToken);
        // Whom access.yaml names is known, also while Slack cannot be asked.
        if (standing == Standing.Unknown && !holders.Values.Any(named => named.Contains(interaction.UserId, StringComparer.Ordinal)))
            return (await locales.OfUserAsync(interaction.UserId, cancellationToken)).Text("access.unknown");
        if (AccessRules.Has(holders, interaction.UserId, role)) return null;

        await AuditAsync(interaction, role, cancellationToken);
        return AccessRefusal.Say(
            role, AccessRules.NamesOf(holders, role), await locales.OfUserAsync(interaction.UserId, cancellationToken));
    }

    private OutsiderAccess Allowed(Standing standing) => standing switch
    {
        Standing.Guest => policy.Value.Outsiders.Guests,
        Standing.Bot => policy.Value.Outsiders.Bots,
        _ => policy.Value.Outsiders.Strangers,
    };

    private async Task<string> RefuseOutsiderAsync(Interaction interaction, Role role, CancellationToken cancellationToken)
    {
        await _audited.GetAsync(
            interaction.UserId,
            async _ =>
            {
                await AuditAsync(interaction, role, CancellationToken.None);
                return new(true, AuditedEvery);
            },
            cancellationToken);
        return (await locales.OfUserAsync(interaction.UserId, cancellationToken)).Text("access.outsider");
    }

    private Task AuditAsync(Interaction interaction, Role role, CancellationToken cancellationToken)
    {
        var act = new UserAction(interaction.UserId, interaction.Id, new SubjectId("interaction", interaction.Id), role);
        return database.WriteAsync(uow => audit.AppendAsync(uow, act, "refused", "{}", cancellationToken), cancellationToken);
    }
}
