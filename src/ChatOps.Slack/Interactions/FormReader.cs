using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ChatOps.Slack.Interactions;

/// <summary>Reads <c>application/x-www-form-urlencoded</c> from bytes, field by field, without a dictionary.</summary>
internal ref struct FormReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>The name of the field, as sent: Slack's need no decoding.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the field, still encoded.</summary>
    public ReadOnlySpan<byte> RawValue { get; private set; }

    /// <summary>Goes to the next field.</summary>
    public bool Next()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf((byte)'&');
            var field = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (field.IsEmpty)
            {
                continue;
            }

            var equals = field.IndexOf((byte)'=');
            Name = equals < 0 ? field : field[..equals];
            RawValue = equals < 0 ? default : field[(equals + 1)..];
            return true;
        }

        return false;
    }

    /// <summary>Decodes a value into text; false when an escape is broken.</summary>
    public static bool TryText(ReadOnlySpan<byte> raw, out string text)
    {
        if (raw.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            var whole = Utf8.IsValid(raw);
            text = whole ? Encoding.UTF8.GetString(raw) : "";
            return whole;
        }

        byte[]? rented = null;
        var decoded = raw.Length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var right = TryDecode(raw, decoded, out var length) && Utf8.IsValid(decoded[..length]);
        text = right ? Encoding.UTF8.GetString(decoded[..length]) : "";
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return right;
    }

    /// <summary>Decodes a value into bytes; the destination must be as long as the source. False when an escape is broken.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> raw, Span<byte> destination, out int length)
    {
        length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            switch (raw[i])
            {
                case (byte)'+':
                    destination[length++] = (byte)' ';
                    break;
                case (byte)'%':
                    if (i + 2 >= raw.Length || Hex(raw[i + 1]) is not (>= 0 and var high) || Hex(raw[i + 2]) is not (>= 0 and var low))
                    {
                        return false;
                    }

                    destination[length++] = (byte)((high << 4) | low);
                    i += 2;
                    break;
                default:
                    destination[length++] = raw[i];
                    break;
            }
        }

        return true;
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
