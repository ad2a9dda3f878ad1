using System.Net;
using System.Text.Json;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Tests;

public class DispatchTests
{
    private const string Command = "inbound/slash-command.form.txt";
    private const string Click = "inbound/block_actions-message-button.json";
    private const string HomeClick = "inbound/block_actions-2.json";
    private const string Submission = "inbound/view_submission-small.json";

    [Fact]
    public async Task A_command_is_answered_through_its_response_url()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        host.Recorder.Do = (_, _) => Task.FromResult<object?>("안녕하세요");
        await host.Post("/slack/commands", Data.Read(Command));
        var call = await host.Slack.Next();
        Assert.Equal("https://hooks.slack.com/commands/T111/111/xxx", call.Url);
        Assert.Null(call.Authorization);
        Assert.Contains("안녕하세요", call.Body, StringComparison.Ordinal);
        Assert.Equal("ephemeral", call.Json.GetProperty("response_type").GetString());
    }

    [Fact]
    public async Task An_unknown_command_is_answered_politely()
    {
        await using var host = await SlackHost.Start(_ => { });
        await host.Post("/slack/commands", Data.Read(Command));
        Assert.Contains("`/hello`", (await host.Slack.Next()).Json.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_button_is_answered_beside_its_message()
    {
        await using var host = await SlackHost.Start(_ => { });
        Assert.Equal(HttpStatusCode.OK, (await host.Post("/slack/interactions", SlackHost.Form(Data.Read(Click)))).StatusCode);
        var call = await host.Slack.Next();
        Assert.StartsWith("https://hooks.slack.com/", call.Url, StringComparison.Ordinal);
        Assert.False(call.Json.GetProperty("replace_original").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_button_of_the_home_tab_is_answered_in_a_modal()
    {
        await using var host = await SlackHost.Start(_ => { });
        await host.Post("/slack/interactions", SlackHost.Form(Data.Read(HomeClick)));
        var call = await host.Slack.Next();
        Assert.Equal("views.open", call.Method);
        Assert.Equal("123123.123123.abcabc", call.Json.GetProperty("trigger_id").GetString());
    }

    [Fact]
    public async Task When_no_modal_can_be_opened_the_user_gets_a_direct_message()
    {
        await using var host = await SlackHost.Start(_ => { });
        host.Slack.Answer(Data.Read("errors/views.open.expired_trigger_id.json"));
        await host.Post("/slack/interactions", SlackHost.Form(Data.Read(HomeClick)));
        Assert.Equal("views.open", (await host.Slack.Next()).Method);
        var call = await host.Slack.Next();
        Assert.Equal("chat.postMessage", call.Method);
        Assert.Equal("U12345678", call.Json.GetProperty("channel").GetString());
    }

    [Fact]
    public async Task An_unknown_form_keeps_what_was_typed()
    {
        await using var host = await SlackHost.Start(_ => { });
        var answer = await Json(await host.Post("/slack/interactions", SlackHost.Form(Data.Read(Submission))));
        Assert.Equal("errors", answer.GetProperty("response_action").GetString());
        Assert.NotEqual("", answer.GetProperty("errors").GetProperty("request-block").GetString());
    }

    [Fact]
    public async Task The_gate_sees_the_sensitivity_and_its_refusal_is_shown()
    {
        var gate = new Gate("You need the *operator* role.");
        await using var host = await SlackHost.Start(s =>
        {
            Everything.Register(s);
            s.Services.AddSingleton<IInteractionGate>(gate);
        });
        await host.Post("/slack/interactions", SlackHost.Form(Data.Read("inbound/block_actions-4.json")));
        Assert.Equal("You need the *operator* role.", (await host.Slack.Next()).Json.GetProperty("text").GetString());
        Assert.Equal(
            new Interaction(InteractionKind.BlockAction, "a", Sensitivity.Remediate, "U111", "T111", "C111"),
            gate.Asked! with { UserTeamId = null, EnterpriseId = null, AppId = null });
        Assert.Equal(0, host.Recorder.Waiting);
    }

    [Fact]
    public async Task A_refused_command_is_told_why_and_does_not_run()
    {
        await using var host = await SlackHost.Start(s =>
        {
            Everything.Register(s);
            s.Services.AddSingleton<IInteractionGate>(new Gate("No."));
        });
        await host.Post("/slack/commands", Data.Read(Command));
        Assert.Equal("No.", (await host.Slack.Next()).Json.GetProperty("text").GetString());
        Assert.Equal(0, host.Recorder.Waiting);
    }

    [Fact]
    public async Task A_fault_of_a_command_is_told_with_a_reference()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        host.Recorder.Do = (_, _) => throw new InvalidOperationException("secret detail");
        await host.Post("/slack/commands", Data.Read(Command));
        var text = (await host.Slack.Next()).Json.GetProperty("text").GetString();
        Assert.Matches("\\(ref [0-9a-f]{6}\\)", text);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_a_form_is_told_in_the_form()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        host.Recorder.Do = (_, _) => throw new InvalidOperationException();
        var answer = await Json(await host.Post("/slack/interactions", SlackHost.Form(Data.Read(Submission))));
        Assert.Matches("\\(ref [0-9a-f]{6}\\)", answer.GetProperty("errors").GetProperty("request-block").GetString());
    }

    [Fact]
    public async Task A_form_is_answered_with_what_its_handler_says()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var view = new ModalView { Title = "진행 중", Blocks = [new SectionBlock(new Mrkdwn("…"))] };
        var answers = new[]
        {
            (ViewSubmissionResponse.Close, ""),
            (ViewSubmissionResponse.Clear, """{"response_action":"clear"}"""),
            (ViewSubmissionResponse.Error("b", "t"), """{"response_action":"errors","errors":{"b":"t"}}"""),
            (
                ViewSubmissionResponse.Update(view),
                """{"response_action":"update","view":{"type":"modal","title":{"type":"plain_text","emoji":true,"text":"진행 중"},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"…"}}]}}"""),
            (
                ViewSubmissionResponse.Push(view),
                """{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","emoji":true,"text":"진행 중"},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"…"}}]}}"""),
        };
        foreach (var ((response, expected), i) in answers.Select((a, i) => (a, i)))
        {
            host.Recorder.Do = (_, _) => Task.FromResult<object?>(response);
            var body = SlackHost.Form(
                Data.Read(Submission).Replace("123.123.07ecad50d3e077e08742bafff5f7ab0c", $"t{i}", StringComparison.Ordinal));
            var actual = await (await host.Post("/slack/interactions", body)).Content.ReadAsStringAsync();
            Assert.True(JsonEqual(expected, actual), $"expected {expected}\nactual   {actual}");
        }
    }

    [Fact]
    public async Task Options_are_answered_and_cut_to_Slacks_limits()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        host.Recorder.Do = (_, _) => Task.FromResult<object?>(BlockOptions.Of(new Option(new string('가', 100), "v")));
        var answer = await Json(await host.Post("/slack/options", SlackHost.Form(Data.Read("inbound/block_suggestion.json"))));
        var option = answer.GetProperty("options")[0];
        Assert.Equal(75, option.GetProperty("text").GetProperty("text").GetString()!.Length);
        Assert.Equal("v", option.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_slow_click_is_acknowledged_in_time_and_goes_on()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var (release, done) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        host.Recorder.Do = async (_, ct) =>
        {
            await release.Task;
            done.SetResult(ct.IsCancellationRequested);
            return null;
        };
        var posting = host.Post("/slack/interactions", SlackHost.Form(Data.Read(Click)));
        await host.Recorder.Next<BlockActionRequest>();
        Assert.False(posting.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, (await Advance(host, posting)).StatusCode);
        release.SetResult();
        Assert.False(await done.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_slow_form_is_acknowledged_empty_in_time()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var release = new TaskCompletionSource();
        host.Recorder.Do = async (_, _) =>
        {
            await release.Task;
            throw new InvalidOperationException();
        };
        var posting = host.Post("/slack/interactions", SlackHost.Form(Data.Read(Submission)));
        await host.Recorder.Next<ViewSubmission>();
        Assert.Equal("", await (await Advance(host, posting)).Content.ReadAsStringAsync());

        // The form is gone, so its fault goes to the user directly.
        release.SetResult();
        var call = await host.Slack.Next();
        Assert.Equal(("chat.postMessage", "U123"), (call.Method, call.Json.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task A_command_is_acknowledged_before_its_handler_is_done()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var release = new TaskCompletionSource();
        host.Recorder.Do = async (_, _) =>
        {
            await release.Task;
            return "done";
        };
        Assert.Equal(HttpStatusCode.OK, (await host.Post("/slack/commands", Data.Read(Command))).StatusCode);
        Assert.Equal(0, host.Slack.Waiting);
        release.SetResult();
        Assert.Equal("done", (await host.Slack.Next()).Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_full_queue_says_so_at_once()
    {
        await using var host = await SlackHost.Start(Everything.Register, o => (o.CommandWorkers, o.CommandQueueCapacity) = (1, 1));
        var release = new TaskCompletionSource();
        host.Recorder.Do = async (_, _) =>
        {
            await release.Task;
            return null;
        };
        await host.Post("/slack/commands", "command=%2Fhello&user_id=U1&trigger_id=1");
        await host.Recorder.Next<SlashCommand>();
        Assert.Equal(
            "", await (await host.Post("/slack/commands", "command=%2Fhello&user_id=U1&trigger_id=2")).Content.ReadAsStringAsync());
        var answer = await Json(await host.Post("/slack/commands", "command=%2Fhello&user_id=U1&trigger_id=3"));
        Assert.Equal("ephemeral", answer.GetProperty("response_type").GetString());
        Assert.Contains("Try again", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        release.SetResult();
    }

    [Theory]
    [InlineData("/slack/commands", Command)]
    [InlineData("/slack/interactions", Click)]
    [InlineData("/slack/interactions", Submission)]
    [InlineData("/slack/interactions", "inbound/shortcut.json")]
    [InlineData("/slack/events", "inbound/event_callback-app_mention.json")]
    public async Task A_request_sent_twice_is_handled_once(string path, string name)
    {
        await using var host = await SlackHost.Start(Everything.Register, o => o.CommandWorkers = 1);
        var data = Data.Read(name);
        var body = path == "/slack/interactions" ? SlackHost.Form(data) : data;
        await host.Post(path, body);
        await host.Recorder.Next();
        Assert.Equal(HttpStatusCode.OK, (await host.Post(path, body)).StatusCode);

        // Whatever comes after has been handled: the repetition was not.
        await host.Post("/slack/commands", "command=%2Fweather&user_id=LAST&trigger_id=last");
        Assert.Equal("LAST", (await host.Recorder.Next<SlashCommand>()).UserId);
        Assert.Equal(0, host.Recorder.Waiting);
    }

    [Fact]
    public async Task An_event_without_a_place_is_left_to_Slack_to_send_again()
    {
        await using var host = await SlackHost.Start(Everything.Register, o => o.MaxConcurrentInteractions = 1);
        var release = new TaskCompletionSource();
        host.Recorder.Do = async (_, _) =>
        {
            await release.Task;
            return null;
        };
        await host.Post("/slack/events", Data.Read("inbound/event_callback-message.json"), json: true);
        await host.Recorder.Next<EventRequest>();
        var body = Data.Read("inbound/event_callback-app_home_opened.json");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Post("/slack/events", body, json: true)).StatusCode);
        release.SetResult();
        var response = await Until(() => host.Post("/slack/events", body, json: true), r => r.StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("app_home_opened", (await host.Recorder.Next<EventRequest>()).Type);
    }

    [Fact]
    public async Task Stopping_waits_for_what_is_under_way()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var release = new TaskCompletionSource();
        host.Recorder.Do = async (_, _) =>
        {
            await release.Task;
            return "answered";
        };
        await host.Post("/slack/commands", Data.Read(Command));
        await host.Recorder.Next<SlashCommand>();
        await host.Post("/slack/events", Data.Read("inbound/event_callback-app_mention.json"), json: true);
        await host.Recorder.Next<EventRequest>();
        var stopping = host.Stop();
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, host.Slack.Waiting);
    }

    [Fact]
    public async Task Handlers_live_in_a_scope_of_their_own()
    {
        await using var host = await SlackHost.Start(
            s => s.Command<RecordCommand<Hello>>(Sensitivity.Read).Services.AddScoped<IInteractionGate, ScopedGate>());
        await host.Post("/slack/commands", Data.Read(Command));
        Assert.Equal("/hello", (await host.Recorder.Next<SlashCommand>()).Command);
    }

    [Fact]
    public void An_id_with_two_handlers_is_refused()
    {
        var slack = new ServiceCollection().AddSlack().BlockAction<RecordAction<A>>(Sensitivity.Read);
        var fault = Assert.Throws<InvalidOperationException>(() => slack.BlockAction<RecordAction<A>>(Sensitivity.Read));
        Assert.Contains("'a' has two handlers", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_lists_every_handler()
    {
        var services = new ServiceCollection();
        services.AddSlack().Command<RecordCommand<Hello>>(Sensitivity.Read);
        services.AddSlack().BlockAction<RecordAction<A>>(Sensitivity.Remediate);
        using var provider = services.BuildServiceProvider();
        Assert.Equal(
            [
                new(InteractionKind.Command, "/hello", Sensitivity.Read, typeof(RecordCommand<Hello>)),
                new(InteractionKind.BlockAction, "a", Sensitivity.Remediate, typeof(RecordAction<A>)),
            ],
            provider.GetRequiredService<SlackRegistry>());
    }

    [Fact]
    public async Task Without_a_secret_and_a_token_the_host_does_not_start_and_names_both()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(
            () => SlackHost.Start(_ => { }, o => o.SigningSecret = o.BotToken = ""));
        Assert.Equal(2, fault.Failures.Count());
    }

    private static async Task<HttpResponseMessage> Advance(SlackHost host, Task<HttpResponseMessage> posting)
    {
        // The timer may be set a moment after the handler began: step on until the acknowledgement is there, never past three seconds each.
        while (!posting.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(2.6));
            await Task.Yield();
        }

        return await posting;
    }

    private static async Task<T> Until<T>(Func<Task<T>> act, Func<T, bool> right)
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            var result = await act();
            if (right(result) || DateTime.UtcNow > deadline)
            {
                return result;
            }

            await Task.Yield();
        }
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static bool JsonEqual(string expected, string actual) =>
        expected == actual || (expected.Length > 0 && actual.Length > 0
            && JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement));

    private sealed class Gate(string refusal) : IInteractionGate
    {
        public Interaction? Asked { get; private set; }

        public ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken)
        {
            Asked = interaction;
            return ValueTask.FromResult<string?>(refusal);
        }
    }

    private sealed class ScopedGate : IInteractionGate
    {
        public ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken) => default;
    }
}
