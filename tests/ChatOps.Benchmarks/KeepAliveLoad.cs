using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;

namespace ChatOps.Benchmarks;

/// <summary>What one connection sends, one request after the other.</summary>
internal interface IRequestSource
{
    /// <summary>The bytes of a request, valid until the next call.</summary>
    ReadOnlySpan<byte> Next(long number);
}

/// <summary>What came of it.</summary>
internal sealed record LoadResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, long Answered, long Refused, long WithBody);

/// <summary>
/// A load generator for one machine: each connection sends as soon as it was answered. One thread serves all connections, as pgbench's
/// does: a thread for each would take from the server the processor time that is to be measured.
/// </summary>
internal static class KeepAliveLoad
{
    private const int MaxWaitMicroseconds = 100_000;

    public static Task<LoadResult> RunAsync(Uri bot, int connections, TimeSpan length, Func<int, IRequestSource> source, long limit = long.MaxValue) =>
        Task.Factory.StartNew(() => Run(bot, connections, length, source, limit), TaskCreationOptions.LongRunning);

    private static LoadResult Run(Uri bot, int connections, TimeSpan length, Func<int, IRequestSource> source, long limit)
    {
        var all = Enumerable.Range(0, connections).Select(index => new Connection(bot, source(index), limit / connections)).ToDictionary(connection => connection.Socket);
        var started = Stopwatch.GetTimestamp();
        var stop = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        foreach (var connection in all.Values) connection.Send();
        var waiting = new List<Socket>(all.Keys);
        var ready = new List<Socket>(connections);
        while (waiting.Count > 0)
        {
            ready.Clear();
            ready.AddRange(waiting);
            Socket.Select(ready, null, null, MaxWaitMicroseconds);
            foreach (var socket in ready)
            {
                var connection = all[socket];
                if (!connection.Receive()) continue;
                if (connection.Finished || Stopwatch.GetTimestamp() >= stop) waiting.Remove(socket);
                else connection.Send();
            }
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var connection in all.Values) connection.Dispose();
        var times = all.Values.SelectMany(run => run.Ticks).Order().ToArray();
        return new LoadResult(times.Length / seconds, Milliseconds(times, 0.50), Milliseconds(times, 0.99), times.Length, all.Values.Sum(run => run.Refused), all.Values.Sum(run => run.WithBody));
    }

    private static double Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1000.0 / Stopwatch.Frequency;

    private sealed class Connection : IDisposable
    {
        private readonly IRequestSource _source;
        private readonly long _limit;
        private readonly byte[] _answer = new byte[16384];
        private int _have;
        private long _sent;
        private long _number;

        public Connection(Uri bot, IRequestSource source, long limit)
        {
            (_source, _limit) = (source, limit);
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(bot.Host, bot.Port);
        }

        public Socket Socket { get; }

        public List<long> Ticks { get; } = new(1 << 16);

        public long Refused { get; private set; }

        public long WithBody { get; private set; }

        public bool Finished => _number >= _limit;

        public void Send()
        {
            var bytes = _source.Next(_number++);
            _sent = Stopwatch.GetTimestamp();
            while (bytes.Length > 0) bytes = bytes[Socket.Send(bytes)..];
        }

        /// <summary>Takes what has come; whether the answer is whole with it.</summary>
        public bool Receive()
        {
            var read = Socket.Receive(_answer.AsSpan(_have));
            if (read == 0) throw new IOException("The bot closed the connection.");
            _have += read;
            if (!TryRead(_answer.AsSpan(0, _have), out var status, out var length)) return false;
            Ticks.Add(Stopwatch.GetTimestamp() - _sent);
            if (status is < 200 or > 299) Refused++;
            if (length > 0) WithBody++;
            _have = 0;
            return true;
        }

        public void Dispose() => Socket.Dispose();

        private static bool TryRead(ReadOnlySpan<byte> bytes, out int status, out int length)
        {
            (status, length) = (0, 0);
            var headers = bytes.IndexOf("\r\n\r\n"u8);
            if (headers < 0) return false;
            var head = bytes[..headers];
            if (!Utf8Parser.TryParse(head[9..], out status, out _)) throw new IOException("The bot did not answer in HTTP/1.1.");
            if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0)
            {
                length = bytes.Length - headers - 4;
                return bytes.EndsWith("\r\n0\r\n\r\n"u8);
            }

            var at = head.IndexOf("Content-Length: "u8);
            if (at >= 0 && !Utf8Parser.TryParse(head[(at + 16)..], out length, out _)) throw new IOException("The answer's length is no number.");
            return bytes.Length >= headers + 4 + length;
        }
    }
}
