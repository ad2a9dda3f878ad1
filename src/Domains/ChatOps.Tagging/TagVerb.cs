using ChatOps.Assets;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary><c>/asset tag what Key=Value …</c>: shows the plan with a button that runs it; without tags the editor.</summary>
internal sealed class TagVerb(TagTargets targets, TagRunService runs, TagScope scope, IPolicy<TagPolicy> policy, ISlackApiClient slack) : IAssetVerb
{
    public string Name => "tag";

    public int Order => 30;

    public async Task HandleAsync(SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var (what, assignments) = TagAssignment.Split(rest);
        if (what.Length == 0)
        {
            await respond.Ephemeral(TagCommandMessage.Help(Name, locale), cancellationToken);
            return;
        }

        var tags = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var assignment in assignments)
        {
            if (TagAssignment.TryRead(assignment, policy.Value, out var key, out var value) is { } fault) throw TagCommandMessage.Wrong(fault, assignment, key, value, policy.Value);
            tags[key] = value;
        }

        var source = await targets.FindAsync(what, cancellationToken);
        if (tags.Count > 0)
        {
            var run = await runs.DraftAsync(source, new TagChange(tags), command.UserId, new TagRunProgress(null, null, locale.Language), now: true, cancellationToken);
            await respond.Ephemeral(TagCommandMessage.Plan(run, locale), cancellationToken);
            return;
        }

        var scene = await scope.SceneAsync(source, cancellationToken);
        if (await TryOpenAsync(command, scene, locale, cancellationToken)) return;
        await respond.Ephemeral(TagCommandMessage.Choice(scene, what, locale), cancellationToken);
    }

    /// <summary>One asset opens at once, while the command's trigger lives; several are a choice.</summary>
    private async Task<bool> TryOpenAsync(SlashCommand command, TagView scene, Locale locale, CancellationToken cancellationToken)
    {
        if (scene.Single is null) return false;
        try
        {
            await slack.Views.Open(command.TriggerId, TagEditorModal.Render(scene, policy.Value, locale), cancellationToken);
            return true;
        }
        catch (SlackException fault) when (fault.Error is "expired_trigger_id" or "trigger_expired" or "invalid_trigger_id" or "exchanged_trigger_id")
        {
            return false;
        }
    }
}

/// <summary><c>/asset untag what Key …</c>: shows the plan with a button that runs it.</summary>
internal sealed class UntagVerb(TagTargets targets, TagRunService runs, IPolicy<TagPolicy> policy) : IAssetVerb
{
    public string Name => "untag";

    public int Order => 31;

    public async Task HandleAsync(SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var words = TagAssignment.Words(rest);
        // Keys stand at the end; the policy's are known, and the last word is one in any case.
        var first = words.Count;
        while (first > 1 && (first == words.Count || policy.Value.Find(words[first - 1]) is not null)) first--;
        if (words.Count < 2)
        {
            await respond.Ephemeral(TagCommandMessage.Help(Name, locale), cancellationToken);
            return;
        }

        var keys = words.Skip(first).Select(word => TagAssignment.KeyOf(word, policy.Value)).ToList();
        foreach (var key in keys.Where(key => TagText.KeyFault(key) is not null)) throw new UserFacingException("tag.fault.key", ("key", Slack.Blocks.Mrkdwn.Code(key)));
        var source = await targets.FindAsync(string.Join(' ', words.Take(first)), cancellationToken);
        var run = await runs.DraftAsync(
            source, new TagChange(keys.Distinct(StringComparer.Ordinal).ToDictionary(key => key, string? (_) => null, StringComparer.Ordinal)), command.UserId, new TagRunProgress(null, null, locale.Language), now: true, cancellationToken);
        await respond.Ephemeral(TagCommandMessage.Plan(run, locale), cancellationToken);
    }
}

/// <summary>Finds what a command is about: an ARN, an id, a name, or whatever a search finds.</summary>
internal sealed class TagTargets(IAssets assets)
{
    private const int Looked = 25;
    private const string GroupWord = "group:";

    /// <summary>The assets that are meant.</summary>
    /// <exception cref="UserFacingException">Nothing is found.</exception>
    public async Task<TagSource> FindAsync(string what, CancellationToken cancellationToken)
    {
        if (what.StartsWith(GroupWord, StringComparison.OrdinalIgnoreCase) && !what.Contains(' ', StringComparison.Ordinal)) return new TagSource(TagSource.Group, what[GroupWord.Length..]);
        if (Aws.Arn.TryParse(what, out _))
        {
            return await assets.FindAsync(what, cancellationToken) is { DeletedAt: null } byArn
                ? new TagSource(TagSource.Asset, byArn.Id)
                : throw new UserFacingException("tag.fault.not-found", ("what", Slack.Blocks.Mrkdwn.Code(what)));
        }

        if (!what.Contains(' ', StringComparison.Ordinal) && await assets.FindByIdAsync(what, cancellationToken) is { DeletedAt: null } byId) return new TagSource(TagSource.Asset, byId.Id);
        var page = await assets.SearchAsync(new AssetSearch(what, 0, Looked), cancellationToken);
        if (page.Assets.Count == 0) throw new UserFacingException("tag.fault.not-found", ("what", Slack.Blocks.Mrkdwn.Code(what)));
        // Who writes a whole name or id means that one, whatever else holds it.
        var exact = page.Assets.Where(asset => IsNamed(asset, what)).ToList();
        return exact is [var one] ? new TagSource(TagSource.Asset, one.Id)
            : page.Assets is [var only] && page.Total == 1 ? new TagSource(TagSource.Asset, only.Id)
            : new TagSource(TagSource.Search, what);
    }

    private static bool IsNamed(Asset asset, string what) =>
        string.Equals(asset.Name, what, StringComparison.OrdinalIgnoreCase)
        || asset.Arn.EndsWith($"/{what}", StringComparison.OrdinalIgnoreCase) || asset.Arn.EndsWith($":{what}", StringComparison.OrdinalIgnoreCase);
}
