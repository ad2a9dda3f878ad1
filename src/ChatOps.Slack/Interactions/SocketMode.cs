using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Interactions;

/// <summary>
/// Receives over a socket that we open, for hosts that Slack cannot reach. Runs when <see cref="SlackOptions.AppToken"/> is set; what comes
/// goes the same way as over HTTP. Slack's page "Socket Mode": each envelope is acknowledged by its id, and a "disconnect" asks for a new
/// socket.
/// </summary>
internal sealed partial class SocketMode(
    SlackTransport transport,
    CommandQueue commands,
    InteractionDispatch dispatch,
    SocketModeState state,
    IOptions<SlackOptions> options,
    TimeProvider time,
    ILogger<SocketMode> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How often Slack is asked whether Socket Mode has been switched on again.</summary>
    private static readonly TimeSpan DisabledPause = TimeSpan.FromSeconds(45);

    /// <summary>Old sockets that are still read while a new one is open.</summary>
    private readonly List<Task> _draining = [];

    private enum SocketEnd
    {
        /// <summary>It was closed, or is to be replaced.</summary>
        Refresh,

        /// <summary>It will be closed in about ten seconds: a new one is opened beside it.</summary>
        Warning,

        /// <summary>Socket Mode is switched off in the app's settings.</summary>
        Disabled,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(options.Value.AppToken))
        {
            return;
        }

        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            Connection? socket = null;
            try
            {
                socket = await Connect(stoppingToken);
                pause = TimeSpan.FromSeconds(1);
                switch (await Receive(socket, stoppingToken))
                {
                    case SocketEnd.Warning:
                        _draining.RemoveAll(drain => drain.IsCompleted);
                        _draining.Add(Drain(socket, stoppingToken));
                        socket = null;
                        break;
                    case SocketEnd.Disabled:
                        state.Lost("link_disabled");
                        Disabled(logger);
                        await Task.Delay(DisabledPause, time, stoppingToken);
                        break;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever it was, the bot must not stay deaf.
                state.Lost(e is SlackException refused ? refused.Error : e.Message);
                Broken(logger, e, pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
            finally
            {
                if (socket is not null) await socket.DisposeAsync();
            }
        }

        await Task.WhenAll(_draining);
    }

    /// <summary>Reads what still comes on a socket that Slack is about to close, until it does.</summary>
    private async Task Drain(Connection socket, CancellationToken cancellationToken)
    {
        await using (socket)
        {
            try
            {
                while (await Receive(socket, cancellationToken) == SocketEnd.Warning)
                {
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
            {
                // It was to be closed.
            }
        }
    }

    private async Task<Connection> Connect(CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("apps.connections.open", [], cancellationToken, options.Value.AppToken);
        var address = transport.TrustedSocket("apps.connections.open", answer.RootElement.Text("url") ?? "");
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the socket ends, or Slack says that it will.</summary>
    private async Task<SocketEnd> Receive(Connection socket, CancellationToken cancellationToken)
    {
        while (await ReadMessage(socket.Socket, cancellationToken) is { } message)
        {
            using (message)
            {
                switch (message.RootElement.Text("type"))
                {
                    case "hello":
                        state.Connected();
                        Connected(logger);
                        break;
                    case "disconnect":
                        var reason = message.RootElement.Text("reason") ?? "";
                        Disconnected(logger, reason);
                        return reason switch
                        {
                            "link_disabled" => SocketEnd.Disabled,
                            "warning" => SocketEnd.Warning,
                            _ => SocketEnd.Refresh,
                        };
                    default:
                        socket.Add(Handle(socket, message.RootElement.Clone(), cancellationToken));
                        break;
                }
            }
        }

        return SocketEnd.Refresh;
    }

    private async Task Handle(Connection socket, JsonElement envelope, CancellationToken cancellationToken)
    {
        try
        {
            if (envelope.Text("envelope_id") is not { } id || envelope.Object("payload") is not { } payload)
            {
                return;
            }

            byte[]? answer = null;
            // What cannot be read is taken, for Slack would send it again for ever.
            switch (WellFormedText.Has(System.Text.Encoding.UTF8.GetBytes(payload.GetRawText())) ? envelope.Text("type") : null)
            {
                case "slash_commands" when SlashCommandReader.TryRead(payload, out var command):
                    if (!commands.TryAdd(command!))
                    {
                        answer = JsonSerializer.SerializeToUtf8Bytes(
                            new ResponseUrlBody(
                                "ephemeral", await commands.Busy(command!, cancellationToken), null, false, null, null, null, null),
                            SlackWireJson.Context.ResponseUrlBody);
                    }

                    break;
                case "interactive" when InteractionDispatch.IsWellFormed(payload):
                    answer = await dispatch.Dispatch(payload);
                    break;
                case "events_api" when PayloadReader.Event(payload) is { } request:
                    if (!dispatch.TryDispatch(request))
                    {
                        // Not acknowledged: Slack sends it again.
                        return;
                    }

                    break;
            }

            await Acknowledge(socket, id, answer, cancellationToken);
        }
        catch (Exception e)
        {
            // One envelope's fault is not the socket's. What was not acknowledged, Slack sends again.
            Unacknowledged(logger, e);
        }
    }

    private static async Task Acknowledge(
        Connection socket, string id, byte[]? payload, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("envelope_id", id);
            if (payload is not null)
            {
                json.WritePropertyName("payload");
                json.WriteRawValue(payload);
            }

            json.WriteEndObject();
        }

        await socket.Sending.WaitAsync(cancellationToken);
        try
        {
            await socket.Socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            socket.Sending.Release();
        }
    }

    /// <summary>One message; null when the socket was closed.</summary>
    private static async Task<JsonDocument?> ReadMessage(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * 1024);
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.GetMemory(8 * 1024), cancellationToken);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            buffer.Advance(read.Count);
            if (buffer.WrittenCount > RequestBody.MaxBytes)
            {
                throw new IOException($"Slack sent a message of more than {RequestBody.MaxBytes} bytes.");
            }

            if (!read.EndOfMessage)
            {
                continue;
            }

            try
            {
                return JsonDocument.Parse(buffer.WrittenMemory.ToArray(), new JsonDocumentOptions { MaxDepth = 64 });
            }
            catch (JsonException e)
            {
                throw new IOException("Slack sent a message that is no JSON.", e);
            }
        }
    }

    /// <summary>A socket, and what is handled of what came on it: the acknowledgements still go out on it.</summary>
    private sealed class Connection(ClientWebSocket socket) : IAsyncDisposable
    {
        private readonly List<Task> _underWay = [];

        public ClientWebSocket Socket { get; } = socket;

        /// <summary>A socket takes one message at a time.</summary>
        public SemaphoreSlim Sending { get; } = new(1);

        public void Add(Task handling)
        {
            _underWay.RemoveAll(task => task.IsCompleted);
            _underWay.Add(handling);
        }

        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(_underWay);
            Socket.Dispose();
            Sending.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Socket Mode is connected")]
    private static partial void Connected(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack asks for a new socket: {Reason}")]
    private static partial void Disconnected(ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Socket Mode is switched off in the Slack app's settings. Switch it on, or remove ChatOps:Slack:AppToken.")]
    private static partial void Disabled(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The socket to Slack broke; the next try is in {Seconds} s")]
    private static partial void Broken(ILogger logger, Exception e, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An envelope could not be acknowledged; Slack sends it again")]
    private static partial void Unacknowledged(ILogger logger, Exception e);
}
