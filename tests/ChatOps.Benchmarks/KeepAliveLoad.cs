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
internal sealed record LoadResult(
    double PerSecond, double P50Milliseconds, double P99Milliseconds, long Answered, long Refused, long WithBody);

/// <summary>
/// A load generator for one machine: each connection sends as soon as it was answered. One thread serves many connections, as pgbench's
/// does, where the answers wait for a disk; a thread for each takes processor time from the server that is measured, and is right only
/// where the answers come faster than one thread can ask.
/// </summary>
internal static class KeepAliveLoad
{
    private const int MaxWaitMicroseconds = 100_000;

    public static async Task<LoadResult> RunAsync(
        Uri bot, int connections, TimeSpan length, Func<int, IRequestSource> source, int threads = 1)
    {
        var all = Enumerable.Range(0, connections).Select(index => new Connection(bot, source(index))).ToList();
        var started = Stopwatch.GetTimestamp();
        var stop = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(all.Chunk((connections + threads - 1) / threads).Select(
            batch => Task.Factory.StartNew(() => Run(batch, stop), TaskCreationOptions.LongRunning)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        all.ForEach(connection => connection.Dispose());
        var times = all.SelectMany(run => run.Ticks).Order().ToArray();
        return new LoadResult(
            times.Length / seconds, Milliseconds(times, 0.50), Milliseconds(times, 0.99), times.Length, all.Sum(run => run.Refused),
            all.Sum(run => run.WithBody));
    }

    private static void Run(IReadOnlyList<Connection> connections, long stop)
    {
        var bySocket = connections.ToDictionary(connection => connection.Socket);
        foreach (var connection in connections) connection.Send();
        var waiting = new List<Socket>(bySocket.Keys);
        var ready = new List<Socket>(waiting);
        while (waiting.Count > 0)
        {
            ready.Clear();
            ready.AddRange(waiting);
            // The only one is waited for where it is read.
            if (waiting.Count > 1) Socket.Select(ready, null, null, MaxWaitMicroseconds);
            foreach (var socket in ready)
            {
                var connection = bySocket[socket];
                if (!connection.Receive()) continue;
                if (Stopwatch.GetTimestamp() >= stop) waiting.Remove(socket);
                else connection.Send();
            }
        }
    }

    private static double Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1000.0 / Stopwatch.Frequency;

    private sealed class Connection : IDisposable
    {
        private readonly IRequestSource _source;
        private readonly byte[] _answer = new byte[16384];
        private int _have;
        private long _sent;
        private long _number;

        public Connection(Uri bot, IRequestSource source)
        {
            _source = source;
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(bot.Host, bot.Port);
        }

        public Socket Socket { get; }

        public List<long> Ticks { get; } = new(1 << 16);

        public long Refused { get; private set; }

        public long WithBody { get; private set; }

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
            if (at >= 0 && !Utf8Parser.TryParse(head[(at + 16)..], out length, out _))
                throw new IOException("The answer's length is no number.");
            return bytes.Length >= headers + 4 + length;
        }
    }
}
