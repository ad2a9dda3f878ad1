using ChatOps.Platform.Charts;
using ChatOps.Platform.Email;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Sandbox.Email;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace ChatOps.Platform.Tests.Email;

public sealed class EmailTests
{
    private static readonly Picture Dot = new(new byte[] { 0x89, 0x50, 0x4E, 0x47, 1, 2, 3 }, 1, 1, "a dot");

    private static EmailMessage Mail { get; } = new(
        "report/2026-03-04/ko", ["min@example.com", "ji@example.com"], "일일 보고", "<p>조용한 하루<img src=\"cid:report\"></p>\n.\n..dots",
        "조용한 하루\n.\n..dots")
    {
        Pictures = new Dictionary<string, Picture> { ["report"] = Dot },
    };

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_mail_arrives_whole_and_one_with_the_same_key_never(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        await world.RecordAsync(Mail);
        await world.RecordAsync(Mail with { Subject = "again" });
        await world.SendAllAsync();

        var mail = Assert.Single(world.Mails.All);
        Assert.Equal(["min@example.com", "ji@example.com"], mail.Recipients);
        Assert.Equal("일일 보고", mail.Message.Subject);
        Assert.Contains("조용한 하루<img src=\"cid:report\">", mail.Message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(Mail.Plain, mail.Message.TextBody!.ReplaceLineEndings("\n").TrimEnd('\n'));
        var picture = Assert.Single(mail.Message.BodyParts.OfType<MimePart>(), part => part.ContentId == "report");
        Assert.False(picture.IsAttachment);
        using var bytes = new MemoryStream();
        await picture.Content!.DecodeToAsync(bytes);
        Assert.Equal(Dot.Png.ToArray(), bytes.ToArray());
        Assert.Equal(SmtpTransport.MessageIdOf(Mail.Key, MailboxAddress.Parse("chatops@example.com")), mail.Message.MessageId);
        Assert.Equal(1, (await world.CountsAsync())["sent"]);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_that_the_server_puts_off_comes_later_and_once(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Server.RefuseNext("451 4.3.0 Try later");
        await world.RecordAsync(Mail);
        await world.SendAllAsync();
        Assert.Empty(world.Mails.All);
        Assert.Equal(1, (await world.CountsAsync())["waiting"]);

        world.Time.Advance(TimeSpan.FromSeconds(31));
        await world.SendAllAsync();
        Assert.Single(world.Mails.All);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_that_the_server_refuses_is_given_up_and_says_why(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Server.RefuseNext("554 5.7.1 Spam");
        await world.RecordAsync(Mail);
        await world.SendAllAsync();
        world.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        await world.SendAllAsync();

        Assert.Empty(world.Mails.All);
        var (counts, error) = await world.Store.CountAsync(world.Time.GetUtcNow().AddDays(-1), default);
        Assert.Equal(1, counts["failed"]);
        Assert.Contains("Spam", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_recipients_are_put_off_comes_later_and_one_whose_are_refused_never()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        foreach (var _ in Mail.To) world.Server.RefuseNextRecipient("450 4.2.0 Greylisted, come again");
        await world.RecordAsync(Mail);
        await world.SendAllAsync();
        Assert.Equal(1, (await world.CountsAsync())["waiting"]);
        world.Time.Advance(TimeSpan.FromSeconds(31));
        await world.SendAllAsync();
        Assert.Equal(Mail.To, Assert.Single(world.Mails.All).Recipients);

        foreach (var _ in Mail.To) world.Server.RefuseNextRecipient("550 5.1.1 No such user");
        await world.RecordAsync(Mail with { Key = "report/other" });
        await world.SendAllAsync();
        Assert.Equal(1, (await world.CountsAsync())["failed"]);
    }

    /// <summary>Each recipient's fate is its own (RFC 5321, 4.2.1): 4xx is for now, and the others have it already.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_several_recipients_the_one_that_is_put_off_gets_it_later_and_the_others_once(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var mail = Mail with { To = ["cto@example.com", "team@example.com"] };
        world.Server.RefuseNextRecipient("451 4.7.1 Greylisted, try again later");
        await world.RecordAsync(mail);
        await world.SendAllAsync();
        Assert.Equal(["team@example.com"], Assert.Single(world.Mails.All).Recipients);
        Assert.Equal(1, (await world.CountsAsync())["waiting"]);

        world.Time.Advance(TimeSpan.FromSeconds(31));
        await world.SendAllAsync();

        Assert.Equal(["cto@example.com", "team@example.com"], world.Mails.All.SelectMany(sent => sent.Recipients).Order());
        Assert.Equal(1, (await world.CountsAsync())["sent"]);
    }

    /// <summary>A deployment at nine in the morning, while the mail server thinks.</summary>
    [Fact]
    public async Task One_whose_server_had_not_answered_when_the_bot_was_stopped_is_sent_by_the_next()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, port: ((System.Net.IPEndPoint)silent.LocalEndpoint).Port);
        await world.RecordAsync(Mail);
        using var stop = new CancellationTokenSource();
        var sending = world.SendNextAsync(stop.Token);
        using var taken = await silent.AcceptTcpClientAsync();

        await stop.CancelAsync();
        await sending;

        Assert.Equal(1, (await world.CountsAsync())["waiting"]);
    }

    [Fact]
    public async Task A_line_break_in_a_subject_makes_no_header()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        await world.RecordAsync(Mail with { Subject = "costs\r\nBcc: eve@example.com\r\n\r\nhello" });
        await world.SendAllAsync();

        var mail = Assert.Single(world.Mails.All).Message;
        Assert.Empty(mail.Bcc);
        Assert.Contains("Bcc: eve@example.com", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("조용한 하루", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task When_the_connection_ends_before_the_answer_it_is_not_sent_again(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Server.CutNextAnswer = true;
        await world.RecordAsync(Mail);
        await world.SendAllAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.SendAllAsync();

        Assert.Empty(world.Mails.All);
        Assert.Equal(1, (await world.CountsAsync())["doubtful"]);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_that_a_killed_process_was_sending_is_not_sent_again(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        await world.RecordAsync(Mail);
        Assert.NotNull(await world.TakeAsync());
        Assert.Equal(0, await world.Store.AbandonAsync(world.Time.GetUtcNow(), "ended", default));
        world.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(1, await world.Store.AbandonAsync(world.Time.GetUtcNow(), "ended", default));
        await world.SendAllAsync();

        Assert.Empty(world.Mails.All);
        Assert.Equal(1, (await world.CountsAsync())["doubtful"]);
        Assert.Equal(0, await world.ContentsAsync());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Several_senders_share_the_mails(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        for (var i = 0; i < 12; i++) await world.RecordAsync(Mail with { Key = $"report/{i}" });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(world.SendAllAsync)));

        Assert.Equal(12, world.Mails.All.Select(mail => mail.Message.MessageId).Distinct().Count());
        Assert.Equal(12, world.Mails.All.Count);
    }

    [Fact]
    public async Task Without_a_server_nothing_is_kept()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, on: false);
        await world.RecordAsync(Mail);
        Assert.Empty(await world.CountsAsync());
    }

    [Fact]
    public void Faults_of_the_options_are_reported_at_once()
    {
        var faults = new EmailOptionsValidator().Validate(null, new EmailOptions
        {
            Host = "mail.example.com",
            Port = 0,
            From = "nobody",
            User = "me",
            Security = EmailSecurity.None,
        }).Failures!.ToList();
        Assert.Equal(3, faults.Count);
        Assert.Contains(faults, fault => fault.StartsWith("ChatOps:Email:From", StringComparison.Ordinal));
        Assert.True(new EmailOptionsValidator().Validate(null, new EmailOptions()).Succeeded);
        Assert.True(new EmailOptionsValidator().Validate(null, new EmailOptions { From = "ChatOps <c@example.com>" }).Failed);
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _test;
        private readonly EmailOutbox _outbox;
        private readonly TestWorker<ClaimedEmail> _sender;

        private World(TestDatabase test, bool on, int? port)
        {
            _test = test;
            Mails = new Mailbox(Time);
            Server = new MailServer(Mails, 0);
            Server.Start();
            var options = Options.Create(on ? new EmailOptions
            {
                Host = "127.0.0.1",
                Port = port ?? Server.Port,
                Security = EmailSecurity.None,
                From = "ChatOps <chatops@example.com>",
            } : new EmailOptions());
            Store = new EmailStore(test.Database, new TestClock(Time));
            _outbox = new EmailOutbox(new WorkSignal<ClaimedEmail>(), options, Time);
            _sender = new TestWorker<ClaimedEmail>(
                EmailStore.Work, new EmailSender(test.Database, Store, new SmtpTransport(options), Time, NullLogger<EmailSender>.Instance),
                test.Database, Time);
        }

        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));

        public Mailbox Mails { get; }

        public MailServer Server { get; }

        public EmailStore Store { get; }

        public static async Task<World> StartAsync(DatabaseKind kind, bool on = true, int? port = null) =>
            new(await Databases.CreateAsync(kind), on, port);

        public Task<int> SendNextAsync(CancellationToken cancellationToken) => _sender.RunOnceAsync(cancellationToken);

        /// <summary>Begins to send, as a process that dies.</summary>
        public Task<WorkBatch<ClaimedEmail>?> TakeAsync() => _sender.TakeAsync();

        /// <summary>Bodies and pictures that are kept.</summary>
        public async Task<long> ContentsAsync()
        {
            await using var connection = await _test.Database.OpenAsync(default);
            return await connection.ExecuteScalarAsync<long>(
                "SELECT (SELECT count(*) FROM email_outbox WHERE html IS NOT NULL OR plain IS NOT NULL) + (SELECT count(*) FROM " +
                "email_pictures)");
        }

        public Task RecordAsync(EmailMessage mail) => _test.Database.WriteAsync(uow => _outbox.SendAsync(uow, mail, default), default);

        public Task SendAllAsync() => _sender.RunAsync();

        public async Task<IReadOnlyDictionary<string, long>> CountsAsync() =>
            (await Store.CountAsync(Time.GetUtcNow().AddDays(-1), default)).Counts;

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await _test.DisposeAsync();
        }
    }
}
