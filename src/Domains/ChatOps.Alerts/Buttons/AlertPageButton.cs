using System.Globalization;
using ChatOps.Kernel.Filters;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Turns the page of a list that only the asker sees. Its value is the place and what was asked; the list is read anew.</summary>
internal abstract class AlertPageButton(AlertQueries queries, AlertViews views, ISlackApiClient slack)
{
    public const string Previous = "alert.previous-page";
    public const string Next = "alert.next-page";

    public static string Value(int skip, Filter filter) => string.Create(CultureInfo.InvariantCulture, $"{skip} {filter.Typed}");

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var parts = (request.Value ?? "").Split(' ', 2);
        var skip = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;
        var page = await queries.ListAsync(
            parts is [_, var typed] ? typed : "", skip, await views.LocaleOf(request, cancellationToken), cancellationToken);
        if (request.ResponseUrl is { } url) await slack.Respond(url, InteractionResponse.Replace(page), cancellationToken);
    }
}

/// <summary>The page before.</summary>
internal sealed class AlertPreviousPageButton(
    AlertQueries queries, AlertViews views, ISlackApiClient slack) : AlertPageButton(queries, views, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class AlertNextPageButton(
    AlertQueries queries, AlertViews views, ISlackApiClient slack) : AlertPageButton(queries, views, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}
