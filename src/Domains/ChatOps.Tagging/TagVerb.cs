using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary><c>/asset tag what Key=Value …</c>: shows the plan with a button that runs it; without tags the editor.</summary>
internal sealed class TagVerb(
    IAssets assets, TagTargets targets, TagRunService runs, TagScope scope, IPolicy<TagPolicy> policy, ISlackApiClient slack) : IAssetVerb
{
    public string Name => "tag";

    public int Order => 30;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var (what, assignments) = TagAssignment.Split(rest, assets.Grammar);
        if (what.Length == 0)
        {
            await respond.Ephemeral(TagCommandMessage.Help(Name, locale), cancellationToken);
            return;
        }

        var tags = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var assignment in assignments)
        {
            if (TagAssignment.TryRead(assignment, policy.Value, out var key, out var value) is { } fault)
                throw TagCommandMessage.Wrong(fault, assignment, key, value, policy.Value);
            tags[key] = value;
        }

        var source = await targets.FindAsync(what, cancellationToken);
        if (tags.Count > 0)
        {
            var run = await runs.DraftAsync(
                source, new TagChange(tags), command.UserId, new TagRunProgress(null, null, locale.Language), now: true, cancellationToken);
            await respond.Ephemeral(TagCommandMessage.Plan(run, locale), cancellationToken);
            return;
        }

        var view = await scope.SceneAsync(source, cancellationToken);
        if (await TryOpenAsync(command, view, locale, cancellationToken)) return;
        await respond.Ephemeral(TagCommandMessage.Choice(view, what, locale), cancellationToken);
    }

    /// <summary>One asset opens at once, while the command's trigger lives; several are a choice.</summary>
    private async Task<bool> TryOpenAsync(SlashCommand command, TagView view, Locale locale, CancellationToken cancellationToken)
    {
        if (view.Single is null) return false;
        try
        {
            await slack.Views.Open(command.TriggerId, TagEditorModal.Render(view, policy.Value, locale), cancellationToken);
            return true;
        }
        catch (SlackException fault) when (fault.Error is "expired_trigger_id" or "trigger_expired" or "invalid_trigger_id"
            or "exchanged_trigger_id")
        {
            return false;
        }
    }
}

/// <summary><c>/asset untag what Key …</c>: shows the plan with a button that runs it.</summary>
internal sealed class UntagVerb(IAssets assets, TagTargets targets, TagRunService runs, IPolicy<TagPolicy> policy) : IAssetVerb
{
    public string Name => "untag";

    public int Order => 31;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var tokens = FilterTokenizer.Read(rest, out var openAt);
        if (openAt >= 0) throw FilterFaultText.Exception(new FilterFault(FilterFaultKind.OpenQuote, Value: rest[openAt..]));
        if (tokens.Count < 2)
        {
            await respond.Ephemeral(TagCommandMessage.Help(Name, locale), cancellationToken);
            return;
        }

        var first = await FirstKeyAsync(rest, tokens, cancellationToken);
        var keys = tokens.Skip(first).Select(token => TagAssignment.KeyOf(token.Text, policy.Value)).ToList();
        foreach (var key in keys.Where(key => TagText.KeyFault(key) is not null))
            throw new UserFacingException("tag.fault.key", ("key", Slack.Blocks.Mrkdwn.Code(key)));
        var source = await targets.FindAsync(rest[..tokens[first].Start].Trim(), cancellationToken);
        var run = await runs.DraftAsync(
            source,
            new TagChange(keys.Distinct(StringComparer.Ordinal).ToDictionary(key => key, string? (_) => null, StringComparer.Ordinal)),
            command.UserId, new TagRunProgress(null, null, locale.Language), now: true, cancellationToken);
        await respond.Ephemeral(TagCommandMessage.Plan(run, locale), cancellationToken);
    }

    /// <summary>
    /// Where the keys begin. They stand at the end: the policy's are known, and the last token is one in any case. Of what stands before,
    /// 'barn Team Note' may search for three words or name two keys: as many are keys as tags of what the rest finds.
    /// </summary>
    private async Task<int> FirstKeyAsync(string text, IReadOnlyList<FilterToken> tokens, CancellationToken cancellationToken)
    {
        var last = tokens.Count - 1;
        while (last > 1 && policy.Value.Find(tokens[last - 1].Text) is not null) last--;
        for (var first = 1; first < last; first++)
        {
            if (!tokens.Take(last).Skip(first).All(MayBeKey)
                || (tokens[first - 1].IsPlain && FilterGrammar.IsConnective(tokens[first - 1].Text)))
                continue;
            if (await HaveAsync(text[..tokens[first].Start].Trim(), tokens.Skip(first), cancellationToken)) return first;
        }

        return last;
    }

    private bool MayBeKey(FilterToken token) =>
        !assets.Grammar.IsFilter(token) && !(token.IsPlain && (token.Text is ['-' or '!', ..] || FilterGrammar.IsConnective(token.Text)));

    /// <summary>Whether of each key some asset that a search finds has a tag.</summary>
    private async Task<bool> HaveAsync(string search, IEnumerable<FilterToken> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            var tagged = new FilterTag(AssetFilters.Tag, FilterText.Literal(key.Text), []);
            if ((await assets.SearchAsync(new AssetSearch($"{search} {tagged}", 0, 1), cancellationToken)).Assets.Count == 0) return false;
        }

        return true;
    }
}
