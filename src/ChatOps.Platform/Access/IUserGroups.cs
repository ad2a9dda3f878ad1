namespace ChatOps.Platform.Access;

/// <summary>Who is in Slack's user groups.</summary>
internal interface IUserGroups
{
    /// <summary>The members of these groups, by the name asked for; a group that Slack does not know has none.</summary>
    /// <returns>Null when Slack cannot be asked: nobody is then known to be in any group.</returns>
    Task<IReadOnlyDictionary<string, IReadOnlySet<string>>?> MembersAsync(
        IReadOnlyList<string> groups, CancellationToken cancellationToken);
}
