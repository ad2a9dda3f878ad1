using CsvHelper;

namespace ChatOps.Kernel;

/// <summary>
/// Writes rows as a CSV file that spreadsheets read: RFC 4180, UTF-8 with a byte order mark (without it Excel garbles Korean). What a
/// spreadsheet would run as a formula is shown as text instead, since many values come from outside.
/// </summary>
/// <param name="stream">Where to; stays open.</param>
public sealed class CsvRows(Stream stream) : IAsyncDisposable
{
    private readonly CsvWriter _csv = CsvWriter.Create(
        stream, new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape }, leaveOpen: true);

    /// <summary>Writes a row; the first is the heading, and all have as many fields as the first.</summary>
    /// <exception cref="InvalidOperationException">The number of fields is another than the first row's.</exception>
    public Task WriteAsync(IEnumerable<string?> fields, CancellationToken cancellationToken = default) =>
        _csv.WriteRecordAsync([.. fields], cancellationToken).AsTask();

    /// <summary>Writes what is still in memory.</summary>
    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}

/// <summary>Rows with columns in the order in which they are first seen, kept in memory until the file is written.</summary>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string?[]> _rows = [];

    /// <summary>How many rows there are, without the heading.</summary>
    public int Rows => _rows.Count;

    /// <summary>Adds a row: names of columns with values. A name that stands there twice keeps the last value.</summary>
    public void Add(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, _) in fields) _columns.TryAdd(name, _columns.Count);
        var row = new string?[_columns.Count];
        foreach (var (name, value) in fields) row[_columns[name]] = value;
        _rows.Add(row);
    }

    /// <summary>The file, heading first; empty when no column is known.</summary>
    public async Task<byte[]> ToBytesAsync(CancellationToken cancellationToken = default)
    {
        if (_columns.Count == 0) return [];
        using var file = new MemoryStream();
        await using (var csv = new CsvRows(file))
        {
            await csv.WriteAsync(_columns.OrderBy(column => column.Value).Select(column => column.Key), cancellationToken);
            // Columns that were first seen in a later row are empty in this one.
            foreach (var row in _rows)
                await csv.WriteAsync(row.Concat(Enumerable.Repeat<string?>(null, _columns.Count - row.Length)), cancellationToken);
        }

        return file.ToArray();
    }
}
