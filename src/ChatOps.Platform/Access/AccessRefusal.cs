using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Access;

/// <summary>What somebody reads who may not do something.</summary>
internal static class AccessRefusal
{
    /// <summary>The sentence (markup): which role it takes, and who has it.</summary>
    /// <param name="role">The role that is missing.</param>
    /// <param name="holders">Ids of some who have it.</param>
    /// <param name="locale">The reader's.</param>
    public static string Say(Role role, IReadOnlyList<string> holders, Locale locale) => holders.Count == 0
        ? locale.Text("access.refused.nobody", ("role", RoleName(role, locale)))
        : locale.Text(
            "access.refused", ("role", RoleName(role, locale)), ("count", holders.Count),
            ("holders", string.Join(", ", holders.Select(id => $"<@{id}>"))));

    /// <summary>A role's word.</summary>
    public static string RoleName(Role role, Locale locale) => locale.Text($"access.role.{role.ToString().ToLowerInvariant()}");
}
