using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ChatOps.Benchmarks;

/// <summary>What a load run measured.</summary>
internal sealed record LoadResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, long Answered, long Refused, long WithBody);

/// <summary>One connection's requests: each call gives the bytes of the next one, written over in place.</summary>
internal interface IRequestSource
{
    ReadOnlySpan<byte> Next(long number);
}

/// <summary>
/// Sends requests over a few keep-alive connections, one at a time on each, and times each answer. Raw sockets: the generator shares
/// the machine with the bot, so it must cost little.
/// </summary>
internal static class KeepAliveLoad
{
    public static async Task<LoadResult> RunAsync(Uri bot, int connections, TimeSpan length, Func<int, IRequestSource> source, long limit = long.MaxValue)
    {
        var started = Stopwatch.GetTimestamp();
        var stop = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var runs = await Task.WhenAll(Enumerable.Range(0, connections).Select(index =>
            Task.Factory.StartNew(() => RunConnection(bot, source(index), stop, limit / connections), TaskCreationOptions.LongRunning)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var times = runs.SelectMany(run => run.Ticks).Order().ToArray();
        return new LoadResult(times.Length / seconds, Milliseconds(times, 0.50), Milliseconds(times, 0.99), times.Length, runs.Sum(run => run.Refused), runs.Sum(run => run.WithBody));
    }

    public static double Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1000.0 / Stopwatch.Frequency;

    private static (List<long> Ticks, long Refused, long WithBody) RunConnection(Uri bot, IRequestSource source, long stop, long limit)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(bot.Host, bot.Port);
        var answer = new byte[16384];
        var ticks = new List<long>(1 << 18);
        long refused = 0, withBody = 0;
        for (long number = 0; number < limit && Stopwatch.GetTimestamp() < stop; number++)
        {
            var bytes = source.Next(number);
            var sent = Stopwatch.GetTimestamp();
            while (bytes.Length > 0) bytes = bytes[socket.Send(bytes)..];
            var (status, length) = Read(socket, answer);
            ticks.Add(Stopwatch.GetTimestamp() - sent);
            if (status is < 200 or > 299) refused++;
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
            var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            {
                if (buffer.AsSpan(0, have).EndsWith("\r\n0\r\n\r\n"u8)) return (status, have - headers - 4);
                continue;
            }

            var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            var length = at < 0 ? 0 : int.Parse(head[(at + 16)..].Split('\r')[0], CultureInfo.InvariantCulture);
            if (have >= headers + 4 + length) return (status, length);
        }
    }
}
