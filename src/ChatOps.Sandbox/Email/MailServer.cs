using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.ExceptionServices;
using MimeKit;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Net;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ChatOps.Sandbox.Email;

/// <summary>A mail server on loopback that takes every mail and sends none on. What mail servers do to a sender can be played.</summary>
/// <param name="mailbox">Where mails go.</param>
/// <param name="port">The port; 0 for a free one.</param>
internal sealed class MailServer(Mailbox mailbox, int port) : IAsyncDisposable
{
    private const int LargestMail = 32 * 1024 * 1024;

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<SmtpResponse> _nextRefusals = new();
    private readonly ConcurrentQueue<SmtpResponse> _nextRecipientRefusals = new();
    private Task _running = Task.CompletedTask;

    private Mailbox Mails => mailbox;

    /// <summary>The port in use; valid once started.</summary>
    public int Port { get; private set; }

    /// <summary>
    /// Whether the connection is cut after the next mail's last byte, before any answer: nobody then knows whether it arrived.
    /// </summary>
    public bool CutNextAnswer { get; set; }

    /// <summary>The next mail is answered so instead of being taken, such as <c>451 try later</c>.</summary>
    public void RefuseNext(string answer) => _nextRefusals.Enqueue(Answer(answer));

    /// <summary>The next recipient is answered so instead of being taken: <c>450 come again</c>, as a server says that greylists.</summary>
    public void RefuseNextRecipient(string answer) => _nextRecipientRefusals.Enqueue(Answer(answer));

    /// <summary>Listens from now on.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public void Start()
    {
        var listeners = new EndpointListenerFactory();
        listeners.EndpointStarted += (_, started) => Port = ((IPEndPoint)started.LocalEndPoint).Port;
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add(listeners);
        services.Add(new Store(this));
        services.Add(new Recipients(this));
        var options = new SmtpServerOptionsBuilder()
            .ServerName("localhost")
            .MaxMessageSize(LargestMail, MaxMessageSizeHandling.Strict)
            // The sender has the last word on how often it tries.
            .MaxRetryCount(1000)
            .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, port)))
            .Build();
        _running = new SmtpServer.SmtpServer(options, services).StartAsync(_stopping.Token);
        if (_running.Exception is { InnerException: { } fault }) ExceptionDispatchInfo.Throw(fault);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private static SmtpResponse Answer(string answer) =>
        new((SmtpReplyCode)int.Parse(answer.AsSpan(0, 3), CultureInfo.InvariantCulture), answer[3..].Trim());

    private sealed class Store(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            if (server.CutNextAnswer)
            {
                server.CutNextAnswer = false;
                context.Pipe.Dispose();
                return SmtpResponse.Ok;
            }

            if (server._nextRefusals.TryDequeue(out var refusal)) return refusal;
            using var body = new MemoryStream(buffer.ToArray());
            var message = await MimeMessage.LoadAsync(body, cancellationToken);
            server.Mails.Add([.. transaction.To.Select(to => $"{to.User}@{to.Host}")], message);
            return SmtpResponse.Ok;
        }
    }

    private sealed class Recipients(MailServer server) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            server._nextRecipientRefusals.TryDequeue(out var refusal) ? throw new SmtpResponseException(refusal) : Task.FromResult(true);
    }
}
