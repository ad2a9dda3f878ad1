using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// A notification of Alertmanager, read alert by alert as it arrives: Alertmanager gives up for good what is refused, and its largest
/// notifications are of the worst days. Details are kept up to <see cref="MaxKept"/> bytes, the first alert of each severity among them;
/// the others are counted by their status.
/// </summary>
internal sealed class AlertmanagerBody
{
    /// <summary>The largest body that is taken, in bytes.</summary>
    public const int MaxBody = 16 * 1024 * 1024;

    /// <summary>The largest single alert, and the largest other field, in bytes.</summary>
    public const int MaxPart = 1024 * 1024;

    /// <summary>How many bytes of alerts are kept.</summary>
    public const int MaxKept = 4 * 1024 * 1024;

    private const int MaxDepth = 32;
    private const int MaxSeverities = 20;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly HashSet<string> _severities = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _fields = new();
    private string? _groupKey;
    private string _status = "", _server = "", _truncated = "";
    private UInt128 _alertsLow, _alertsHigh;
    private bool _hasAlerts;
    private int _count, _leftOutFiring, _leftOutResolved;

    private AlertmanagerBody()
    {
    }

    /// <summary>
    /// What tells it from others: its server and group, and what it says of each alert, annotations included. Alertmanager repeats it word
    /// for word after <c>repeat_interval</c> and from each of its replicas.
    /// </summary>
    public string Identity => Incoming.Hash(string.Join(
        "\n\n", _server, _groupKey, _status, _truncated, _count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _alertsLow.ToString("x", null), _alertsHigh.ToString("x", null)));

    /// <summary>The notification as it is kept: JSON of the same form, with the counts of what was left out.</summary>
    public string ToJson()
    {
        var json = new StringBuilder(_kept.WrittenCount + _fields.WrittenCount + 128);
        json.Append('{').Append(Encoding.UTF8.GetString(_fields.WrittenSpan));
        if (_leftOutFiring > 0)
            json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"chatopsLeftOutFiring\":{_leftOutFiring},");
        if (_leftOutResolved > 0)
            json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"chatopsLeftOutResolved\":{_leftOutResolved},");
        return json.Append("\"alerts\":[").Append(Encoding.UTF8.GetString(_kept.WrittenSpan)).Append("]}").ToString();
    }

    /// <summary>Reads it; null when there is no memory for it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="grow">Asks for so many bytes in all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    /// <exception cref="InvalidDataException">It is too large.</exception>
    public static async Task<AlertmanagerBody?> ReadAsync(Stream body, Func<long, bool> grow, CancellationToken cancellationToken)
    {
        var read = new AlertmanagerBody();
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        var (state, at, total) = (new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }), new Place(), 0L);
        for (var isFinal = false; !isFinal;)
        {
            var count = await body.ReadAsync(buffer.GetMemory(16 * 1024), cancellationToken);
            isFinal = count == 0;
            buffer.Advance(count);
            total += count;
            if (!grow(Math.Min(total, MaxKept + MaxPart))) return null;
            if (total > MaxBody) throw new InvalidDataException($"The body is larger than {MaxBody} bytes.");
            if (isFinal && total == 0) throw new FormatException("The body is empty.");
            // An alert is looked at again only when there is more of it.
            if (!isFinal && buffer.WrittenCount < at.WaitFor) continue;
            var consumed = read.Parse(buffer.WrittenSpan, isFinal, ref state, ref at);
            var rest = buffer.WrittenSpan[consumed..].ToArray();
            if (rest.Length > MaxPart) throw new InvalidDataException($"An alert or field is larger than {MaxPart} bytes.");
            buffer.ResetWrittenCount();
            buffer.Write(rest);
            at.WaitFor = consumed == 0 ? Math.Min(rest.Length * 2, MaxPart) : 0;
        }

        if (!read._hasAlerts) throw new FormatException("'alerts' is missing or not an array.");
        return read._groupKey is null ? throw new FormatException("'groupKey' is missing or not text.") : read;
    }

    /// <summary>Parses what is whole; how many bytes that was.</summary>
    private int Parse(ReadOnlySpan<byte> json, bool isFinal, ref JsonReaderState state, ref Place at)
    {
        var reader = new Utf8JsonReader(json, isFinal, state);
        var before = reader;
        try
        {
            while (true)
            {
                before = reader;
                if (!reader.Read()) break;
                if (at.InAlerts)
                {
                    if (reader.TokenType == JsonTokenType.EndArray)
                    {
                        at.InAlerts = false;
                        continue;
                    }

                    if (reader.TokenType != JsonTokenType.StartObject)
                        throw new FormatException("'alerts' holds something that is not an object.");
                    var start = (int)reader.TokenStartIndex;
                    if (!reader.TrySkip()) break;
                    AddAlert(json[start..(int)reader.BytesConsumed]);
                }
                else if (!at.IsBegun)
                {
                    if (reader.TokenType != JsonTokenType.StartObject)
                    {
                        if (!reader.TrySkip()) break;
                        throw new FormatException("Expected an Alertmanager notification (an object).");
                    }

                    at.IsBegun = true;
                }
                else if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = TextOf(ref reader);
                    if (!reader.Read()) break;
                    if (name == "alerts" && reader.TokenType == JsonTokenType.StartArray)
                    {
                        at.InAlerts = _hasAlerts = true;
                        continue;
                    }

                    var start = (int)reader.TokenStartIndex;
                    var isText = reader.TokenType == JsonTokenType.String;
                    var text = isText ? TextOf(ref reader) : null;
                    if (!reader.TrySkip()) break;
                    AddField(name, text, json[start..(int)reader.BytesConsumed]);
                }
            }
        }
        catch (JsonException fault)
        {
            throw new FormatException(fault.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
                ? $"The JSON is nested deeper than {MaxDepth} levels."
                : $"The body is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).");
        }

        state = before.CurrentState;
        return (int)before.BytesConsumed;
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is JSON, but not text: as it was written, it tells things apart just as well.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private void AddField(string name, string? text, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value)) throw new FormatException("The body is not valid UTF-8.");
        switch (name)
        {
            case "groupKey": _groupKey = text; break;
            case "status": _status = text ?? ""; break;
            case "externalURL": _server = text ?? ""; break;
            case "truncatedAlerts": _truncated = Encoding.UTF8.GetString(value); break;
            // What stands here is ours to say.
            case "alerts" or "chatopsLeftOutFiring" or "chatopsLeftOutResolved": return;
        }

        _fields.Write(Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(name)}:"));
        _fields.Write(value);
        _fields.Write(","u8);
        if (_fields.WrittenCount > MaxPart)
            throw new InvalidDataException($"The fields beside the alerts are larger than {MaxPart} bytes.");
    }

    private void AddAlert(ReadOnlySpan<byte> alert)
    {
        if (!Utf8.IsValid(alert)) throw new FormatException("The body is not valid UTF-8.");
        using var document = JsonDocument.Parse(alert.ToArray(), new JsonDocumentOptions { MaxDepth = MaxDepth });
        var json = document.RootElement;
        var status = Text(json, "status");
        var severity = json.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? Text(labels, "severity") + '\n' + Text(labels, "priority")
            : null;
        Add($"{Text(json, "fingerprint")}\n{status}\n{Text(json, "startsAt")}\n" +
            $"{(json.TryGetProperty("annotations", out var annotations) ? annotations.GetRawText() : "")}");

        _count++;
        var isFirst = severity is not null && _severities.Count < MaxSeverities && _severities.Add(severity);
        if (_kept.WrittenCount + alert.Length > MaxKept && !isFirst)
        {
            if (status == "resolved") _leftOutResolved++;
            else _leftOutFiring++;
            return;
        }

        if (_kept.WrittenCount > 0) _kept.Write(","u8);
        _kept.Write(alert);
    }

    /// <summary>A sum of hashes: alerts come in any order.</summary>
    private void Add(string alert)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(alert), hash);
        unchecked
        {
            _alertsLow += BinaryPrimitives.ReadUInt128LittleEndian(hash);
            _alertsHigh += BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]);
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetRawText().Trim('"') : "";

    private struct Place
    {
        public bool IsBegun;
        public bool InAlerts;
        public int WaitFor;
    }
}
