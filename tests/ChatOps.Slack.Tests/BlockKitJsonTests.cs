using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Tests;

public class BlockKitJsonTests
{
    private static readonly Option One = new("하나", "1", "설명");
    private static readonly ConfirmationDialog Sure = new("Sure?", new Mrkdwn("*Really*"), "Yes", "No", ButtonStyle.Danger);

    /// <summary>Every element, as Slack's reference writes it.</summary>
    public static TheoryData<string, string> Elements
    {
        get
        {
            const string Text = """{"type":"plain_text","text":"하나","emoji":true}""";
            const string Option =
                """{"text":{"type":"plain_text","text":"하나","emoji":true},"value":"1","description":{"type":"plain_text","text":"설명","emoji":true}}""";
            const string Confirm =
                """{"title":{"type":"plain_text","text":"Sure?","emoji":true},"text":{"type":"mrkdwn","text":"*Really*"},"confirm":{"type":"plain_text","text":"Yes","emoji":true},"deny":{"type":"plain_text","text":"No","emoji":true},"style":"danger"}""";
            var data = new TheoryData<string, string>();
            void Add(BlockElement element, string json) =>
                data.Add(JsonSerializer.Serialize(element, SlackJson.Context.BlockElement), json);
            Add(
                new Button("a.b", "하나", "v", "https://x", ButtonStyle.Primary, Sure, "label"),
                $$"""{"type":"button","action_id":"a.b","text":{{Text}},"value":"v","url":"https://x","style":"primary","confirm":{{Confirm}},"accessibility_label":"label"}""");
            Add(new StaticSelect("a", [One])
            {
                Placeholder = "하나",
                InitialOption = One,
                FocusOnLoad = true,
            },
            $$"""{"type":"static_select","action_id":"a","placeholder":{{Text}},"options":[{{Option}}],"initial_option":{{Option}},"focus_on_load":true}""");
            Add(
                new StaticSelect("a") { OptionGroups = [new OptionGroup("하나", [One])] },
                $$"""{"type":"static_select","action_id":"a","option_groups":[{"label":{{Text}},"options":[{{Option}}]}]}""");
            Add(new ExternalSelect("a") { MinQueryLength = 0 }, """{"type":"external_select","action_id":"a","min_query_length":0}""");
            Add(new UsersSelect("a") { InitialUser = "U1" }, """{"type":"users_select","action_id":"a","initial_user":"U1"}""");
            Add(new ConversationsSelect("a")
            {
                DefaultToCurrentConversation = true,
                Filter = new ConversationFilter(["public"], ExcludeBotUsers: true),
            },
            """{"type":"conversations_select","action_id":"a","default_to_current_conversation":true,"filter":{"include":["public"],"exclude_bot_users":true}}""");
            Add(new ChannelsSelect("a") { InitialChannel = "C1" }, """{"type":"channels_select","action_id":"a","initial_channel":"C1"}""");
            Add(new MultiStaticSelect("a", [One])
            {
                MaxSelectedItems = 3,
                InitialOptions = [One],
            },
            $$"""{"type":"multi_static_select","action_id":"a","options":[{{Option}}],"initial_options":[{{Option}}],"max_selected_items":3}""");
            Add(new MultiExternalSelect("a"), """{"type":"multi_external_select","action_id":"a"}""");
            Add(
                new MultiUsersSelect("a") { InitialUsers = ["U1"] },
                """{"type":"multi_users_select","action_id":"a","initial_users":["U1"]}""");
            Add(
                new MultiConversationsSelect("a") { InitialConversations = ["C1"] },
                """{"type":"multi_conversations_select","action_id":"a","initial_conversations":["C1"]}""");
            Add(
                new MultiChannelsSelect("a") { InitialChannels = ["C1"] },
                """{"type":"multi_channels_select","action_id":"a","initial_channels":["C1"]}""");
            Add(
                new Overflow("a", [One with { Url = "https://x" }]),
                """{"type":"overflow","action_id":"a","options":[{"text":{"type":"plain_text","text":"하나","emoji":true},"value":"1","description":{"type":"plain_text","text":"설명","emoji":true},"url":"https://x"}]}""");
            Add(
                new DatePicker("a") { InitialDate = new DateOnly(2026, 3, 4) },
                """{"type":"datepicker","action_id":"a","initial_date":"2026-03-04"}""");
            Add(
                new TimePicker("a") { InitialTime = "09:30", Timezone = "Asia/Seoul" },
                """{"type":"timepicker","action_id":"a","initial_time":"09:30","timezone":"Asia/Seoul"}""");
            Add(
                new DateTimePicker("a") { InitialDateTime = 1_772_600_767 },
                """{"type":"datetimepicker","action_id":"a","initial_date_time":1772600767}""");
            Add(
                new Checkboxes("a", [new Option(new Mrkdwn("*x*"), "1")]),
                """{"type":"checkboxes","action_id":"a","options":[{"text":{"type":"mrkdwn","text":"*x*"},"value":"1"}]}""");
            Add(
                new RadioButtons("a", [One]) { InitialOption = One },
                $$"""{"type":"radio_buttons","action_id":"a","options":[{{Option}}],"initial_option":{{Option}} }""");
            Add(new PlainTextInput("a")
            {
                Multiline = true,
                MinLength = 1,
                MaxLength = 10,
                InitialValue = "x",
                DispatchActionConfig = new("on_enter_pressed"),
            },
            """{"type":"plain_text_input","action_id":"a","multiline":true,"min_length":1,"max_length":10,"initial_value":"x","dispatch_action_config":{"trigger_actions_on":["on_enter_pressed"]}}""");
            Add(
                new NumberInput("a") { MinValue = "1" },
                """{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"1"}""");
            Add(new EmailInput("a"), """{"type":"email_text_input","action_id":"a"}""");
            Add(new UrlInput("a"), """{"type":"url_text_input","action_id":"a"}""");
            Add(new RichTextInput("a")
            {
                InitialValue = new RichTextBlock(new RichTextSection(new RichText("x"))),
            },
            """{"type":"rich_text_input","action_id":"a","initial_value":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}}""");
            Add(
                new FileInput("a") { Filetypes = ["csv"], MaxFiles = 1 },
                """{"type":"file_input","action_id":"a","filetypes":["csv"],"max_files":1}""");
            Add(new ImageElement("alt", "https://x"), """{"type":"image","alt_text":"alt","image_url":"https://x"}""");
            return data;
        }
    }

    /// <summary>Every block, as Slack's reference writes it.</summary>
    public static TheoryData<string, string> Blocks
    {
        get
        {
            const string Text = """{"type":"plain_text","text":"하나","emoji":true}""";
            var data = new TheoryData<string, string>();
            void Add(Block block, string json) => data.Add(JsonSerializer.Serialize(block, SlackJson.Context.Block), json);
            Add(new HeaderBlock("하나") { BlockId = "b" }, $$"""{"type":"header","block_id":"b","text":{{Text}} }""");
            Add(
                new SectionBlock("하나") { Accessory = new Button("a", "하나"), Expand = true },
                $$"""{"type":"section","text":{{Text}},"accessory":{"type":"button","action_id":"a","text":{{Text}} },"expand":true}""");
            Add(
                SectionBlock.OfFields(new Mrkdwn("*a*", Verbatim: true), "하나"),
                $$"""{"type":"section","fields":[{"type":"mrkdwn","text":"*a*","verbatim":true},{{Text}}]}""");
            Add(
                new ContextBlock(new Mrkdwn("a"), new PlainText("하나"), new ImageElement("alt") { SlackFile = new SlackFile("F1") }),
                $$$"""{"type":"context","elements":[{"type":"mrkdwn","text":"a"},{{{Text}}},{"type":"image","alt_text":"alt","slack_file":{"id":"F1"}}]}""");
            Add(
                new ActionsBlock(new Button("a", "하나"), new UsersSelect("b")),
                $$"""{"type":"actions","elements":[{"type":"button","action_id":"a","text":{{Text}} },{"type":"users_select","action_id":"b"}]}""");
            Add(new DividerBlock(), """{"type":"divider"}""");
            Add(
                new ImageBlock("alt", "https://x") { Title = "하나" },
                $$"""{"type":"image","alt_text":"alt","image_url":"https://x","title":{{Text}} }""");
            Add(new InputBlock("하나", new EmailInput("a"))
            {
                Hint = "하나",
                Optional = true,
                DispatchAction = true,
            },
            $$"""{"type":"input","label":{{Text}},"element":{"type":"email_text_input","action_id":"a"},"hint":{{Text}},"optional":true,"dispatch_action":true}""");
            Add(new MarkdownBlock("**a**"), """{"type":"markdown","text":"**a**"}""");
            Add(
                new TableBlock([[
                    new RawText("a"),
                    new RichTextBlock(new RichTextSection(new RichTextLink("https://x", "l", new RichTextStyle(Bold: true))))
                ]])
                { ColumnSettings = [new(ColumnAlign.Right, true)] },
                """{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://x","text":"l","style":{"bold":true}}]}]}]],"column_settings":[{"align":"right","is_wrapped":true}]}""");
            Add(
                new RichTextBlock(
                    new RichTextList(
                        RichTextListStyle.Ordered, new RichTextSection(new RichText("x", new RichTextStyle(Code: true))))
                    { Indent = 1 },
                    new RichTextPreformatted(new RichText("y")),
                    new RichTextQuote(
                        new RichTextUser("U1"), new RichTextUserGroup("S1"), new RichTextChannel("C1"), new RichTextEmoji("tada"),
                        new RichTextDate(1, "{date}", "f"), new RichTextBroadcast("here"))),
                """{"type":"rich_text","elements":[{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"code":true}}]}],"indent":1},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"y"}]},{"type":"rich_text_quote","elements":[{"type":"user","user_id":"U1"},{"type":"usergroup","usergroup_id":"S1"},{"type":"channel","channel_id":"C1"},{"type":"emoji","name":"tada"},{"type":"date","timestamp":1,"format":"{date}","fallback":"f"},{"type":"broadcast","range":"here"}]}]}""");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Elements))]
    public void Every_element_is_written_as_Slack_reads_it(string actual, string expected)
    {
        AssertJson(expected, actual);
        AssertJson(
            expected,
            JsonSerializer.Serialize(JsonSerializer.Deserialize(actual, SlackJson.Context.BlockElement)!, SlackJson.Context.BlockElement));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_block_is_written_as_Slack_reads_it(string actual, string expected)
    {
        AssertJson(expected, actual);
        AssertJson(
            expected, JsonSerializer.Serialize(JsonSerializer.Deserialize(actual, SlackJson.Context.Block)!, SlackJson.Context.Block));
    }

    [Fact]
    public void Every_element_and_block_has_its_case_here()
    {
        var names = typeof(Block).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false)
            .Concat(typeof(BlockElement).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false))
            .Select(a => (string)((JsonDerivedTypeAttribute)a).TypeDiscriminator!);
        var cases = Elements.Concat(Blocks)
            .Select(row => JsonDocument.Parse((string)((object[])row)[1]).RootElement.GetProperty("type").GetString()!).ToHashSet();
        Assert.Empty(names.Except(cases));
    }

    [Fact]
    public void A_modal_and_a_home_tab_say_what_they_are()
    {
        var modal = new ModalView { Title = "하나", Blocks = [], PrivateMetadata = "{}", NotifyOnClose = true, CallbackId = "c" };
        AssertJson(
            """{"type":"modal","title":{"type":"plain_text","text":"하나","emoji":true},"notify_on_close":true,"callback_id":"c","blocks":[],"private_metadata":"{}"}""",
            JsonSerializer.Serialize(modal, SlackJson.Context.ModalView));
        AssertJson("""{"type":"home","blocks":[]}""", JsonSerializer.Serialize<View>(new HomeView { Blocks = [] }, SlackJson.Context.View));
    }

    [Fact]
    public void Korean_is_written_as_it_is() =>
        Assert.Contains("취약점 <b>", JsonSerializer.Serialize(new HeaderBlock("취약점 <b>"), SlackJson.Context.Block), StringComparison.Ordinal);

    [Fact]
    public void Private_metadata_is_read_back_and_refused_when_too_long()
    {
        var state = new State("finding:1", 7);
        Assert.Equal(state, PrivateMetadata.Read<State>(PrivateMetadata.Write(state)));
        Assert.Equal(
            "private_metadata",
            Assert.Throws<BlockKitException>(() => PrivateMetadata.Write(state with { Subject = new string('x', 3000) })).Path);
        Assert.Throws<JsonException>(() => PrivateMetadata.Read<State>(""));
        Assert.Throws<JsonException>(() => PrivateMetadata.Read<State>("no json"));
    }

    private static void AssertJson(string expected, string actual) => Assert.True(
        JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement),
        $"expected {expected}\nactual   {actual}");

    private sealed record State(string Subject, int Version);
}
