using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary><c>/chatops autotag</c>: what was seen to be created, and what became of tagging it.</summary>
internal sealed class AutoTagVerb(CreationStore store, TimeProvider time) : IChatOpsVerb
{
    /// <summary>The time looked at.</summary>
    public static readonly TimeSpan Looked = TimeSpan.FromDays(7);

    private const int FailuresShown = 5;

    /// <summary>Types that only their own service tags.</summary>
    private static readonly HashSet<string> OwnApiTypes =
    [
        .. CreateEventTable.Shipped.Rows.Where(row => row.Way == TaggingMethod.OwnApi).Select(row => row.Type),
    ];

    public string Name => "autotag";

    public int Order => 40;

    public async Task<Message> AnswerAsync(SlashCommand command, string rest, Locale locale, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Render(
            await store.CountAsync(now - Looked, now.AddMinutes(5), cancellationToken),
            await store.FailedAsync(now - Looked, FailuresShown, cancellationToken), locale);
    }

    /// <summary>The answer. Pure.</summary>
    internal static Message Render(IReadOnlyList<CreationCount> counts, IReadOnlyList<Creation> failed, Locale locale)
    {
        long Of(params CreationState[] states) => counts.Where(count => states.Contains(count.State)).Sum(count => count.Count);
        var seen = counts.Sum(count => count.Count);
        var head = locale.Text("autotag.head", ("days", (int)Looked.TotalDays));
        if (seen == 0) return new Message { Text = $"*{head}*\n{locale.Text("autotag.nothing")}" };
        var lines = new List<string>
        {
            locale.Text("autotag.seen", ("count", seen)),
            $"✅ {locale.Text("autotag.tagged", ("count", Of(CreationState.Tagged)), ("had", Of(CreationState.Nothing)))}",
        };
        if (Of(CreationState.Pending) is > 0 and var pending) lines.Add($"⏳ {locale.Text("autotag.pending", ("count", pending))}");
        if (counts.Sum(count => count.Waiting) is > 0 and var waiting)
            lines.Add($"🟡 {locale.Text("autotag.waiting", ("count", waiting))}");
        if (Of(CreationState.Failed) is > 0 and var failures)
            lines.Add($"❌ {locale.Text("autotag.failed", ("count", failures))}" +
                $"{Details(CreationState.Failed, code => Mrkdwn.Code(TextCut.Plain(code.Split(':')[0], 40)))}");
        if (Of(CreationState.NotTaggable) is > 0 and var never)
            lines.Add($"⚪ {locale.Text("autotag.not-taggable", ("count", never))}" +
                $"{Details(CreationState.NotTaggable, type => Mrkdwn.Literal(type))}");
        if (Of(CreationState.Skipped) is > 0 and var skipped)
            lines.Add($"⚪ {locale.Text("autotag.skipped", ("count", skipped))}" +
                $"{Details(
                    CreationState.Skipped,
                    why => locale.Has($"autotag.skip.{why}") ? locale.Text($"autotag.skip.{why}") : Mrkdwn.Literal(why))}");
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"*{head}*\n{string.Join('\n', lines)}", Verbatim: true)) { Expand = true },
        };
        if (failed.Count > 0)
        {
            blocks.Add(new SectionBlock(new Mrkdwn(string.Join('\n', failed.Select(creation =>
                $"• *{Mrkdwn.Literal(TextCut.Plain(creation.Name, 80))}*  {Mrkdwn.Escape(creation.Type)} · " +
                    $"{Mrkdwn.Cut(AccountText.MaskAll(creation.Reason ?? ""), 300)}")),
                Verbatim: true))
            { Expand = true });
            blocks.Add(new ActionsBlock(new Button(RetryAutoTagButton.ActionId, locale.Text("tag.button.retry"), "failed")));
        }

        if (counts.Any(count => count.State == CreationState.NotTaggable && OwnApiTypes.Contains(count.Detail ?? "")))
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("autotag.own-api"), Verbatim: true)));
        blocks.Add(new ContextBlock(new Mrkdwn(locale.Text(
            "autotag.table", ("count", CreateEventTable.Shipped.Calls), ("services", CreateEventTable.Shipped.Services)), Verbatim: true)));
        return new Message { Text = $"{head}: {lines[0]}", Blocks = blocks };

        string Details(CreationState state, Func<string, string> say)
        {
            var details = counts.Where(count => count.State == state && count.Detail is not null).GroupBy(count => say(count.Detail!))
                .OrderByDescending(group => group.Sum(count => count.Count)).Take(6)
                .Select(group => $"{group.Key} {locale.Number(group.Sum(count => count.Count))}").ToList();
            return details.Count == 0 ? "" : $": {string.Join(", ", details)}";
        }
    }
}

/// <summary>Tries again what could not be tagged.</summary>
internal sealed class RetryAutoTagButton(
    IDatabase database, AutoTagVerb verb, IAccess access, IAudit audit, WorkSignal<Creation> signal, ISlackApiClient slack,
    ILocales locales, TimeProvider time) : IBlockActionHandler
{
    public const string ActionId = "autotag.retry";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var act = new UserAction(request.UserId, ActionId, new SubjectId("autotag", "failed"), Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                var count = await CreationStore.RetryAsync(uow, now - AutoTagVerb.Looked, now, cancellationToken);
                await audit.AppendAsync(uow, act, "requested", new JsonObject { ["resources"] = count }.ToJsonString(), cancellationToken);
                uow.AfterCommit(signal.Wake);
            },
            cancellationToken);
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var answer = await verb.AnswerAsync(
            new SlashCommand { Command = "/chatops", UserId = request.UserId }, "", locale, cancellationToken);
        if (request.ResponseUrl is { } url) await slack.Respond(url, InteractionResponse.Replace(answer), cancellationToken);
    }
}
