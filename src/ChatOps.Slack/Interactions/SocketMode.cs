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
    IOptions<SlackOptions> options,
    TimeProvider time,
    ILogger<SocketMode> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(options.Value.AppToken))
        {
            return;
        }

        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await Connect(stoppingToken);
                pause = TimeSpan.FromSeconds(1);
                if (!await Receive(socket, stoppingToken))
                {
                    Disabled(logger);
                    return;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the bot must not stay deaf.
                Broken(logger, e, pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
    }

    private async Task<ClientWebSocket> Connect(CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("apps.connections.open", [], cancellationToken, options.Value.AppToken);
        var address = transport.TrustedSocket("apps.connections.open", answer.RootElement.Text("url") ?? "");
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the socket is to be replaced (true) or Slack has switched Socket Mode off (false).</summary>
    private async Task<bool> Receive(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var sending = new SemaphoreSlim(1);
        var underWay = new List<Task>();
        try
        {
            while (await ReadMessage(socket, cancellationToken) is { } message)
            {
                using (message)
                {
                    switch (message.RootElement.Text("type"))
                    {
                        case "hello":
                            Connected(logger);
                            break;
                        case "disconnect":
                            var reason = message.RootElement.Text("reason") ?? "";
                            Disconnected(logger, reason);
                            return reason != "link_disabled";
                        default:
                            underWay.RemoveAll(t => t.IsCompleted);
                            underWay.Add(Handle(socket, sending, message.RootElement.Clone(), cancellationToken));
                            break;
                    }
                }
            }

            return true;
        }
        finally
        {
            // Their acknowledgements still go out on this socket.
            await Task.WhenAll(underWay);
        }
    }

    private async Task Handle(ClientWebSocket socket, SemaphoreSlim sending, JsonElement envelope, CancellationToken cancellationToken)
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

            await Acknowledge(socket, sending, id, answer, cancellationToken);
        }
        catch (Exception e)
        {
            // One envelope's fault is not the socket's. What was not acknowledged, Slack sends again.
            Unacknowledged(logger, e);
        }
    }

    private static async Task Acknowledge(
        ClientWebSocket socket, SemaphoreSlim sending, string id, byte[]? payload, CancellationToken cancellationToken)
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

        await sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            sending.Release();
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Socket Mode is connected")]
    private static partial void Connected(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack asks for a new socket: {Reason}")]
    private static partial void Disconnected(ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Socket Mode is switched off in the Slack app's settings. Switch it on and restart, or remove ChatOps:Slack:AppToken.")]
    private static partial void Disabled(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The socket to Slack broke; the next try is in {Seconds} s")]
    private static partial void Broken(ILogger logger, Exception e, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An envelope could not be acknowledged; Slack sends it again")]
    private static partial void Unacknowledged(ILogger logger, Exception e);
}
