using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Access;

/// <summary>How somebody stands to the installation.</summary>
internal enum Standing
{
    /// <summary>A member of the home workspace, or of the organisation that the app is installed for.</summary>
    Member,

    /// <summary>A guest of the home workspace.</summary>
    Guest,

    /// <summary>Of another workspace, another organisation, or another app's.</summary>
    Stranger,

    /// <summary>No person.</summary>
    Bot,

    /// <summary>Slack could not be asked.</summary>
    Unknown,
}

/// <summary>Tells members from outsiders: by where they act from, and by what users.info says of them.</summary>
internal sealed class Outsiders(SlackHome home, ISlackPeople people)
{
    /// <summary>A press has three seconds until its trigger is of no use.</summary>
    private static readonly TimeSpan WaitOfPress = TimeSpan.FromSeconds(1);

    /// <summary>A command is acknowledged before; its answer may come later.</summary>
    private static readonly TimeSpan WaitOfCommand = TimeSpan.FromSeconds(10);

    /// <summary>How somebody who uses something stands.</summary>
    public async Task<Standing> OfAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var wait = interaction.Kind is InteractionKind.Command or InteractionKind.Event ? WaitOfCommand : WaitOfPress;
        var asked = people.FindAsync(interaction.UserId, wait, cancellationToken);
        var installed = await home.FindAsync(wait, cancellationToken);
        var user = await asked;
        if (installed is null) return Standing.Unknown;
        // An event is of the workspace that it happened in; only who caused it counts.
        if (interaction.Kind != InteractionKind.Event && ActsFromElsewhere(interaction, installed)) return Standing.Stranger;
        return user is null ? Standing.Unknown : Of(user, interaction, installed);
    }

    private static bool ActsFromElsewhere(Interaction interaction, Identity home)
    {
        if (Differ(interaction.AppId, home.AppId) || Differ(interaction.EnterpriseId, home.EnterpriseId)) return true;
        // Every workspace of the organisation is home; which is told by the organisation, or by users.info.
        if (home.IsEnterpriseInstall) return false;
        return Differ(interaction.TeamId, home.TeamId)
            || (interaction.UserTeamId != home.EnterpriseId && Differ(interaction.UserTeamId, home.TeamId));
    }

    private static Standing Of(User user, Interaction interaction, Identity home)
    {
        if (user.IsStranger || Differ(user.EnterpriseUser?.EnterpriseId, home.EnterpriseId)) return Standing.Stranger;
        if (user.IsRestricted || user.IsUltraRestricted) return Standing.Guest;
        if (user.IsBot) return Standing.Bot;
        if (!Differ(user.TeamId, home.TeamId)) return Standing.Member;
        var isColleague = home.IsEnterpriseInstall
            ? Same(user.EnterpriseUser?.EnterpriseId, home.EnterpriseId) || Same(interaction.EnterpriseId, home.EnterpriseId)
            : user.EnterpriseUser?.Teams?.Contains(home.TeamId, StringComparer.Ordinal) == true;
        return isColleague ? Standing.Member : Standing.Stranger;
    }

    /// <summary>Both are given, and are not the same.</summary>
    private static bool Differ(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && !string.Equals(one, other, StringComparison.Ordinal);

    private static bool Same(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && string.Equals(one, other, StringComparison.Ordinal);
}
