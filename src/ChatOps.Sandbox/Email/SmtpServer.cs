using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace ChatOps.Sandbox.Email;

/// <summary>A mail server (RFC 5321) on loopback that takes every mail and sends none on.</summary>
internal sealed class SmtpServer(Mailbox mailbox, int port) : IAsyncDisposable
{
    private const int LargestMail = 32 * 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, port);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _nextRefusals = [];
    private readonly Queue<string> _nextRecipients = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The port in use; valid once started.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether the connection is cut after the next mail's last byte, before any answer: nobody then knows whether it arrived.</summary>
    public bool CutNextAnswer { get; set; }

    /// <summary>The next mail is answered so instead of being taken, such as <c>451 try later</c>.</summary>
    public void RefuseNext(string answer)
    {
        lock (_nextRefusals) _nextRefusals.Add(answer);
    }

    /// <summary>The next recipient is answered so instead of being taken: <c>450 come again</c>, as a server says that greylists.</summary>
    public void RefuseNextRecipient(string answer)
    {
        lock (_nextRecipients) _nextRecipients.Enqueue(answer);
    }

    public void Start()
    {
        _listener.Start();
        _running = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                conversations.RemoveAll(one => one.IsCompleted);
                conversations.Add(ConverseAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1, false, 4096, leaveOpen: true);
            await using var writer = new StreamWriter(stream, Encoding.Latin1, 4096, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 localhost ChatOps sandbox");
            var recipients = new List<string>();
            while (await reader.ReadLineAsync(_stopping.Token) is { } line)
            {
                switch (line.Split(' ', 2)[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await writer.WriteAsync($"250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LargestMail}\r\n");
                        break;
                    case "HELO" or "NOOP":
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "MAIL" or "RSET":
                        recipients.Clear();
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "RCPT":
                        if (RecipientRefusal() is { } refusal)
                        {
                            await writer.WriteLineAsync(refusal);
                            break;
                        }

                        recipients.Add(Address(line));
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 End with a dot");
                        var data = await DataAsync(reader);
                        if (CutNextAnswer)
                        {
                            CutNextAnswer = false;
                            return;
                        }

                        await writer.WriteLineAsync(Refusal() ?? await TakeAsync(recipients, data));
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 Bye");
                        return;
                    default:
                        await writer.WriteLineAsync("502 Not here");
                        break;
                }
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or SocketException)
        {
            // The other side is gone, or we stop.
        }
    }

    private string? RecipientRefusal()
    {
        lock (_nextRecipients) return _nextRecipients.TryDequeue(out var answer) ? answer : null;
    }

    private string? Refusal()
    {
        lock (_nextRefusals)
        {
            if (_nextRefusals.Count == 0) return null;
            var answer = _nextRefusals[0];
            _nextRefusals.RemoveAt(0);
            return answer;
        }
    }

    private async Task<string> TakeAsync(List<string> recipients, byte[] data)
    {
        using var body = new MemoryStream(data);
        mailbox.Add([.. recipients], await MimeMessage.LoadAsync(body, _stopping.Token));
        return "250 Taken";
    }

    /// <summary>Up to the lone dot; a dot that begins a line was doubled by the sender.</summary>
    private async Task<byte[]> DataAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stopping.Token) is { } line && line != ".")
        {
            if (text.Length > LargestMail) throw new IOException("The mail is too large.");
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Address(string line)
    {
        var (from, to) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return from >= 0 && to > from ? line[(from + 1)..to] : "";
    }
}
