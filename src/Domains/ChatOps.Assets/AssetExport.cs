using System.Globalization;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary>What a search finds as a CSV file, sent to the asker alone: it may hold more than a channel should see.</summary>
internal sealed class AssetExport(AssetSearcher searcher, AssetAnswers answers, ISlackApiClient slack, TimeProvider time)
{
    /// <summary>Rows of a file; more than that no spreadsheet is read for.</summary>
    public const int MaxRows = 100_000;

    /// <summary>Sends the file; what is then said to the asker.</summary>
    /// <exception cref="UserFacingException">The search cannot be read.</exception>
    public async Task<string> SendAsync(string text, string userId, Locale locale, CancellationToken cancellationToken)
    {
        var query = searcher.Read(text);
        using var file = new MemoryStream();
        var (rows, more) = await WriteAsync(
            file, searcher.StreamAsync(query, cancellationToken), answers.AccountNames, MaxRows, cancellationToken);
        if (rows == 0)
            return await searcher.DoubtAsync(query, cancellationToken) is { } doubt
                ? FilterFaultText.Describe(doubt, locale)
                : locale.Text("asset.export.nothing");
        var name = string.Create(CultureInfo.InvariantCulture, $"assets-{time.GetUtcNow():yyyyMMdd-HHmmss}.csv");
        var channel = await slack.Conversations.Open([userId], cancellationToken);
        var answer = locale.Text(more ? "asset.export.cut" : "asset.export.comment", ("count", rows));
        await slack.Files.Upload(
            new FileUpload(name, file.GetBuffer().AsMemory(0, (int)file.Length))
            {
                ChannelId = channel,
                InitialComment = text.Trim().Length == 0 ? answer : $"{answer}  {Mrkdwn.Code(text)}",
            },
            cancellationToken);
        return locale.Text("asset.export.sent", ("count", rows));
    }

    /// <summary>Writes rows as they come.</summary>
    internal static async Task<(int Rows, bool More)> WriteAsync(
        Stream file, IAsyncEnumerable<Asset> assets, IReadOnlyDictionary<string, string> accounts, int max,
        CancellationToken cancellationToken)
    {
        await using var csv = new CsvRows(file);
        await csv.WriteAsync(
            ["Name", "Type", "Account", "Account name", "Region", "Created", "Creator", "Groups", "Tags", "ARN"], cancellationToken);
        var rows = 0;
        await foreach (var asset in assets)
        {
            if (rows == max) return (rows, true);
            rows++;
            string[] fields =
            [
                asset.Name, asset.Type, asset.Account, accounts.GetValueOrDefault(asset.Account, ""), asset.Region,
                asset.CreatedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "", asset.Creator ?? "",
                string.Join("; ", asset.Groups),
                string.Join("; ", asset.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")),
                asset.Arn,
            ];
            await csv.WriteAsync(fields, cancellationToken);
        }

        return (rows, false);
    }
}

/// <summary><c>/asset export</c>.</summary>
internal sealed class ExportVerb(AssetExport export) : IAssetVerb
{
    public string Name => "export";

    public int Order => 80;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken) =>
        await respond.Ephemeral(await export.SendAsync(rest, command.UserId, locale, cancellationToken), cancellationToken);
}

/// <summary>Export CSV of a list.</summary>
internal sealed class AssetExportButton(
    AssetExport export, AssetAnswers answers, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "asset.export";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var text = await export.SendAsync(
            await answers.TextOfAsync(request.Value ?? "", cancellationToken), request.UserId, locale, cancellationToken);
        if (request.ResponseUrl is { } url)
            await slack.Respond(url, InteractionResponse.Ephemeral(new Message { Text = text }), cancellationToken);
    }
}
