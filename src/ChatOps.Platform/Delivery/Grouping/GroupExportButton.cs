using System.Globalization;
using System.Text;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>'Export CSV' of a group or storm message: all members as a file in its thread.</summary>
internal sealed class GroupExportButton(GroupStore store, GroupRenderer renderer, ILocales locales, ISlackApiClient slack, TimeProvider time) : IBlockActionHandler
{
    public const string Id = "group.export";
    private const int Chunk = 500;

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(request.Value ?? "", cancellationToken) is not { Ts: { } ts } head) return;
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var csv = new CsvTable();
        for (var offset = 0; ; offset += Chunk)
        {
            var members = await store.MembersAsync(head.Id, offset, Chunk, cancellationToken);
            foreach (var line in await renderer.DescribeAsync(members, locale, cancellationToken)) csv.Add(line.Line.Csv);
            if (members.Count < Chunk) break;
        }

        if (csv.Rows == 0) return;
        var name = string.Create(CultureInfo.InvariantCulture, $"chatops-{time.GetUtcNow():yyyyMMdd-HHmmss}.csv");
        await slack.Files.Upload(
            new FileUpload(name, csv.ToBytes())
            {
                ChannelId = head.Target,
                ThreadTs = ts,
                InitialComment = locale.Text("delivery.export.comment", ("user", Mrkdwn.User(request.UserId)), ("count", csv.Rows)),
            },
            cancellationToken);
    }
}

/// <summary>A CSV file as spreadsheets read it (RFC 4180, UTF-8 with a byte order mark, or Excel garbles Korean).</summary>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string?[]> _rows = [];

    /// <summary>How many rows there are, without the heading.</summary>
    public int Rows => _rows.Count;

    /// <summary>Adds a row; columns stand in the order they are first seen.</summary>
    public void Add(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, _) in fields) _columns.TryAdd(name, _columns.Count);
        var row = new string?[_columns.Count];
        foreach (var (name, value) in fields) row[_columns[name]] = value;
        _rows.Add(row);
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder("\uFEFF");
        Append(text, [.. _columns.OrderBy(column => column.Value).Select(column => column.Key)]);
        foreach (var row in _rows) Append(text, row);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Append(StringBuilder text, string?[] row)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(Quote(i < row.Length ? row[i] ?? "" : ""));
        }

        text.Append("\r\n");
    }

    /// <summary>A value that a spreadsheet would run as a formula is shown as text instead: findings' texts come from outside.</summary>
    public static string Quote(string value)
    {
        if (value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r') value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
