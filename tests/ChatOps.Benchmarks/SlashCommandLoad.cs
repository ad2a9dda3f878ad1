using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Benchmarks;

/// <summary>What a load run measured.</summary>
internal sealed record LoadResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, long Answered, long Refused, long WithBody);

/// <summary>
/// Sends signed slash commands over a few keep-alive connections, one at a time on each, every one with a trigger id of its own and
/// signed afresh, and times each answer. Raw sockets: the generator shares the machine with the bot, so it must cost little.
/// </summary>
internal sealed class SlashCommandLoad(Uri bot, string signingSecret, string command)
{
    private const int TriggerDigits = 12;
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(signingSecret);

    public async Task<LoadResult> RunAsync(int connections, TimeSpan length)
    {
        var stop = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var started = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => RunConnection(index, stop))));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var times = runs.SelectMany(run => run.Ticks).Order().ToArray();
        return new LoadResult(
            times.Length / seconds, Milliseconds(times, 0.50), Milliseconds(times, 0.99), times.Length, runs.Sum(run => run.Refused), runs.Sum(run => run.WithBody));
    }

    private static double Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1000.0 / Stopwatch.Frequency;

    private (List<long> Ticks, long Refused, long WithBody) RunConnection(int index, long stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(bot.Host == "localhost" ? "127.0.0.1" : bot.Host, bot.Port);
        var request = new Request(bot, _secret, command, index);
        var answer = new byte[8192];
        var ticks = new List<long>(1 << 18);
        long refused = 0, withBody = 0;
        for (long number = 0; Stopwatch.GetTimestamp() < stop; number++)
        {
            var bytes = request.Sign(number);
            var sent = Stopwatch.GetTimestamp();
            socket.Send(bytes);
            var (status, length) = Read(socket, answer);
            ticks.Add(Stopwatch.GetTimestamp() - sent);
            if (status != 200) refused++;
            if (length > 0) withBody++;
        }

        return (ticks, refused, withBody);
    }

    private static (int Status, int Length) Read(Socket socket, byte[] buffer)
    {
        var have = 0;
        while (true)
        {
            var read = socket.Receive(buffer.AsSpan(have));
            if (read == 0) throw new IOException("The bot closed the connection.");
            have += read;
            var headers = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (headers < 0) continue;
            var head = Encoding.ASCII.GetString(buffer, 0, headers);
            var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            var length = at < 0 ? 0 : int.Parse(head.AsSpan(at + 16).ToString().Split('\r')[0], CultureInfo.InvariantCulture);
            if (at < 0 && head.Contains("chunked", StringComparison.OrdinalIgnoreCase)) throw new IOException("Chunked answers are not expected on this path.");
            if (have >= headers + 4 + length) return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), length);
        }
    }

    /// <summary>One request's bytes; trigger id, time stamp and signature are written over in place.</summary>
    private sealed class Request
    {
        private readonly byte[] _bytes;
        private readonly byte[] _signed;
        private readonly byte[] _secret;
        private readonly int _timestampAt, _signatureAt, _triggerInBody, _bodyAt, _bodyLength;
        private readonly int _connection;

        public Request(Uri bot, byte[] secret, string command, int connection)
        {
            (_secret, _connection) = (secret, connection);
            var trigger = new string('0', TriggerDigits);
            var body = $"token=gone&team_id=T0SANDBOX&team_domain=bighead&channel_id=C0SECURITY&channel_name=security&user_id=U0JIYEON&user_name=jiyeon&command={Uri.EscapeDataString(command)}&text=help&api_app_id=A0CHATOPS&is_enterprise_install=false&response_url={Uri.EscapeDataString("http://127.0.0.1:9/commands/1")}&trigger_id=13345224609.738474920.{trigger}";
            var head = $"POST /slack/commands HTTP/1.1\r\nHost: {bot.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nX-Slack-Request-Timestamp: 0000000000\r\nX-Slack-Signature: v0={new string('0', 64)}\r\n\r\n";
            _bytes = Encoding.ASCII.GetBytes(head + body);
            _timestampAt = head.IndexOf("Timestamp: ", StringComparison.Ordinal) + 11;
            _signatureAt = head.IndexOf("v0=", StringComparison.Ordinal) + 3;
            (_bodyAt, _bodyLength) = (head.Length, body.Length);
            _triggerInBody = head.Length + body.Length - TriggerDigits;
            _signed = Encoding.ASCII.GetBytes("v0:0000000000:" + body);
        }

        public ReadOnlySpan<byte> Sign(long number)
        {
            Write(_bytes.AsSpan(_triggerInBody, TriggerDigits), (_connection * 1_000_000_000L) + number);
            Write(_bytes.AsSpan(_timestampAt, 10), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
            _bytes.AsSpan(_timestampAt, 10).CopyTo(_signed.AsSpan(3));
            _bytes.AsSpan(_bodyAt, _bodyLength).CopyTo(_signed.AsSpan(14));
            Span<byte> hash = stackalloc byte[32];
            HMACSHA256.HashData(_secret, _signed, hash);
            Convert.TryToHexStringLower(hash, _bytes.AsSpan(_signatureAt, 64), out _);
            return _bytes;
        }

        private static void Write(Span<byte> digits, long value)
        {
            for (var at = digits.Length - 1; at >= 0; at--, value /= 10) digits[at] = (byte)('0' + (value % 10));
        }
    }
}
