using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text;
using System.Threading.Channels;
using ChatOps.Slack.Interactions;
using ChatOps.Tests.Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Slack.Tests;

public class SocketModeTests
{
    [Theory]
    [InlineData("events_api-app_mention", typeof(EventRequest))]
    [InlineData("interactive-block_actions", typeof(BlockActionRequest))]
    [InlineData("interactive-view_submission", typeof(ViewSubmission))]
    public async Task An_envelope_reaches_its_handler_and_is_acknowledged(string name, Type request)
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        await host.StartAsync();
        slack.Send(Data.Read($"socket-mode/{name}.json"));
        Assert.IsType(request, await recorder.Next());
        AssertAck(Data.Read($"socket-mode/{name}.json"), await slack.Next());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_command_is_acknowledged_and_answered()
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        await host.StartAsync();
        var envelope = Data.Read("socket-mode/slash_commands.json").Replace("/hi-socket-mode", "/hello", StringComparison.Ordinal);
        slack.Send(envelope);
        var command = await recorder.Next<SlashCommand>();
        Assert.Equal(("/hello", "U111", "C111", "111.222.xxx"), (command.Command, command.UserId, command.ChannelId, command.TriggerId));
        AssertAck(envelope, await slack.Next());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_form_is_answered_within_its_acknowledgement()
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        recorder.Do = (_, _) => Task.FromResult<object?>(ViewSubmissionResponse.Error("reason", "Please give a reason"));
        await host.StartAsync();
        slack.Send(Data.Read("socket-mode/interactive-view_submission.json"));
        Assert.True(JsonElement.DeepEquals(
            JsonDocument.Parse(Data.Read("socket-mode/ack-with-payload.json")).RootElement.GetProperty("payload"),
            JsonDocument.Parse(await slack.Next()).RootElement.GetProperty("payload")));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("disconnect-warning")]
    [InlineData("disconnect-refresh_requested")]
    public async Task A_disconnect_brings_a_new_socket(string name)
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        await host.StartAsync();
        slack.Send(Data.Read($"socket-mode/{name}.json"));
        await slack.Connected(2);
        slack.Send(Data.Read("socket-mode/events_api-app_mention.json"));
        Assert.Equal("app_mention", (await recorder.Next<EventRequest>()).Type);
        Assert.Equal("Bearer xapp-test", slack.Authorization);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_still_comes_on_the_old_socket_after_a_warning_is_acknowledged_there()
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        await host.StartAsync();
        await slack.Connected(1);
        await slack.SendOn(1, Data.Read("socket-mode/disconnect-warning.json"));
        await slack.Connected(2);

        await slack.SendOn(1, Data.Read("socket-mode/events_api-app_mention.json"));

        Assert.Equal("app_mention", (await recorder.Next<EventRequest>()).Type);
        AssertAck(Data.Read("socket-mode/events_api-app_mention.json"), await slack.Next());
        Assert.True(host.Services.GetRequiredService<SocketModeState>().IsConnected);
        await host.StopAsync();
    }

    [Fact]
    public async Task Switched_off_is_a_state_that_ends_when_Slack_takes_a_socket_again()
    {
        var time = new FakeTimeProvider();
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder, time);
        var state = host.Services.GetRequiredService<SocketModeState>();
        await host.StartAsync();
        await slack.Connected(1);
        await slack.SendOn(1, """{"type":"disconnect","reason":"link_disabled"}""");
        await Eventually.TrueAsync(() => Task.FromResult(state.Reason == "link_disabled"), because: "the state does not say so");

        // Within a minute; the loop may not wait yet when the clock is moved.
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(50));
                return Task.FromResult(state.IsConnected);
            },
            because: "no new socket was opened");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_repeated_envelope_is_acknowledged_and_handled_once()
    {
        await using var slack = await SocketSlack.Start(hello: true);
        using var host = slack.Bot(out var recorder);
        await host.StartAsync();
        slack.Send(Data.Read("socket-mode/events_api-app_mention.json"));
        await recorder.Next<EventRequest>();
        slack.Send(Data.Read("socket-mode/events_api-retry.json"));
        await slack.Next();
        await slack.Next();
        Assert.Equal(0, recorder.Waiting);
        await host.StopAsync();
    }

    private static void AssertAck(string envelope, string acknowledgement) => Assert.Equal(
        JsonDocument.Parse(envelope).RootElement.GetProperty("envelope_id").GetString(),
        JsonDocument.Parse(acknowledgement).RootElement.GetProperty("envelope_id").GetString());

    /// <summary>Slack's side of a socket, on a free loopback port.</summary>
    private sealed class SocketSlack : IAsyncDisposable
    {
        private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>();
        private readonly Channel<string> _incoming = Channel.CreateUnbounded<string>();
        private readonly Channel<int> _connections = Channel.CreateUnbounded<int>();
        private readonly WebApplication _app;
        private readonly ConcurrentDictionary<int, WebSocket> _sockets = [];
        private int _count;

        private SocketSlack(WebApplication app) => _app = app;

        public string? Authorization { get; private set; }

        public static async Task<SocketSlack> Start(bool hello)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var slack = new SocketSlack(builder.Build());
            slack._app.UseWebSockets();
            slack._app.Map("/api/apps.connections.open", (HttpContext http) =>
            {
                slack.Authorization = http.Request.Headers.Authorization;
                return Results.Json(new { ok = true, url = slack.Url("ws") + "/link" });
            });
            slack._app.Map(
                "/link",
                async (HttpContext http) => await slack.Serve(await http.WebSockets.AcceptWebSocketAsync(), hello, http.RequestAborted));
            await slack._app.StartAsync();
            return slack;
        }

        public IHost Bot(out Recorder recorder, TimeProvider? time = null)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            if (time is not null) builder.Services.AddSingleton(time);
            var ours = recorder = new Recorder();
            builder.Services.AddSingleton(ours);
            Everything.Register(builder.Services.AddSlack(o =>
                (o.ApiUrl, o.BotToken, o.AppToken, o.SigningSecret) = (Url("http") + "/api/", "xoxb-test", "xapp-test", "s")));
            return builder.Build();
        }

        public void Send(string message) => _outgoing.Writer.TryWrite(message);

        /// <summary>Sends on the socket that was opened as the first, the second...</summary>
        public Task SendOn(int connection, string message) => _sockets[connection].SendAsync(
            Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

        public async Task<string> Next() => await _incoming.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        public async Task Connected(int count)
        {
            while (await _connections.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)) < count)
            {
            }
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private string Url(string scheme) => scheme + _app.Urls.Single()["http".Length..];

        private async Task Serve(WebSocket socket, bool hello, CancellationToken cancellationToken)
        {
            _sockets[++_count] = socket;
            if (hello)
            {
                await socket.SendAsync(
                    Encoding.UTF8.GetBytes(Data.Read("socket-mode/hello.json")), WebSocketMessageType.Text, true, cancellationToken);
            }

            _connections.Writer.TryWrite(_count);
            using var closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = Sending(socket, closed.Token);
            try
            {
                var buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer, cancellationToken) is { MessageType: WebSocketMessageType.Text } read)
                {
                    _incoming.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, read.Count));
                }
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                Assert.NotEqual(WebSocketState.Open, socket.State);
            }

            await closed.CancelAsync();
            await sending;
        }

        private async Task Sending(WebSocket socket, CancellationToken cancellationToken)
        {
            try
            {
                await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                // The socket was replaced.
            }
        }
    }
}
