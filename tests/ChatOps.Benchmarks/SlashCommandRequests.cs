using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Benchmarks;

/// <summary>Signed slash commands, every one with a trigger id of its own and signed afresh.</summary>
internal sealed class SlashCommandRequests : IRequestSource
{
    private const int TriggerDigits = 12;
    private readonly byte[] _bytes;
    private readonly byte[] _signed;
    private readonly byte[] _secret;
    private readonly int _timestampAt, _signatureAt, _triggerAt, _bodyAt;
    private readonly int _connection;

    public SlashCommandRequests(Uri bot, string signingSecret, string command, int connection)
    {
        (_secret, _connection) = (Encoding.UTF8.GetBytes(signingSecret), connection);
        var body = "token=gone&team_id=T0SANDBOX&team_domain=bighead&channel_id=C0SECURITY&channel_name=security&user_id=U0JIYEON&" +
            "user_name=jiyeon"
            + $"&command={Uri.EscapeDataString(command)}&text=help&api_app_id=A0CHATOPS&is_enterprise_install=false"
            + $"&response_url={Uri.EscapeDataString("http://127.0.0.1:9/commands/1")}&" +
                $"trigger_id=13345224609.738474920.{new string('0', TriggerDigits)}";
        var head = $"POST /slack/commands HTTP/1.1\r\nHost: {bot.Authority}\r\nContent-Type: " +
            $"application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n"
            + "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"
            + $"X-Slack-Request-Timestamp: 0000000000\r\nX-Slack-Signature: v0={new string('0', 64)}\r\n\r\n";
        _bytes = Encoding.ASCII.GetBytes(head + body);
        _timestampAt = head.IndexOf("Timestamp: ", StringComparison.Ordinal) + 11;
        _signatureAt = head.IndexOf("v0=", StringComparison.Ordinal) + 3;
        _bodyAt = head.Length;
        _triggerAt = _bytes.Length - TriggerDigits;
        _signed = Encoding.ASCII.GetBytes("v0:0000000000:" + body);
    }

    public ReadOnlySpan<byte> Next(long number)
    {
        Digits.Write(_bytes.AsSpan(_triggerAt, TriggerDigits), (_connection * 1_000_000_000L) + number);
        Digits.Write(_bytes.AsSpan(_timestampAt, 10), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        _bytes.AsSpan(_timestampAt, 10).CopyTo(_signed.AsSpan(3));
        _bytes.AsSpan(_bodyAt).CopyTo(_signed.AsSpan(14));
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_secret, _signed, hash);
        Convert.TryToHexStringLower(hash, _bytes.AsSpan(_signatureAt, 64), out _);
        return _bytes;
    }
}

internal static class Digits
{
    public static void Write(Span<byte> digits, long value)
    {
        for (var at = digits.Length - 1; at >= 0; at--, value /= 10) digits[at] = (byte)('0' + (value % 10));
    }
}
