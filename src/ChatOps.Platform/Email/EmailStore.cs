using System.Text.Json;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Platform.Email;

/// <summary>The SQL of e-mails. A row stays for ever, as its key must; what it said goes once it is sent.</summary>
internal sealed class EmailStore(IDatabase database, DatabaseClock clock)
{
    /// <summary>Records a mail; false when its key was recorded before.</summary>
    public static async Task<bool> AddAsync(UnitOfWork uow, EmailMessage message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO email_outbox (key, recipients, subject, html, plain, created_at, due_at) VALUES (@Key, @recipients, @Subject, @Html,
              @Plain, @now, @now)
            ON CONFLICT (key) DO NOTHING
            """,
            new
            {
                message.Key,
                recipients = JsonSerializer.Serialize(message.To),
                message.Subject,
                message.Html,
                message.Plain,
                now = now.ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));
        if (added == 0) return false;
        foreach (var (name, picture) in message.Pictures)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO email_pictures (email_key, name, alt, width, height, png) VALUES (@Key, @name, @Alt, @Width, @Height, @png)",
                new { message.Key, name, picture.Alt, picture.Width, picture.Height, png = picture.Png.ToArray() },
                uow.Transaction, cancellationToken: cancellationToken));
        }

        return true;
    }

    /// <summary>
    /// The mails that are due. Taking one makes it 'sending', which is not given back when the lease ends: whoever finds it so later must
    /// not send it again.
    /// </summary>
    public static readonly WorkTable<ClaimedEmail> Work = new WorkTable<ClaimedEmail, Row>(row => row.ToEmail())
    {
        Kind = "email",
        Table = "email_outbox",
        Key = ["key"],
        Id = email => email.Message.Key,
        Columns = "key AS Key, recipients AS Recipients, subject AS Subject, html AS Html, plain AS Plain, attempts AS Attempts, " +
            "created_at AS CreatedAt",
        Waiting = "w.state = 'waiting'",
        Order = "w.due_at, w.key",
        OnTake = "state = 'sending'",
        Error = "error",
        Lease = EmailSender.Abandoned,
        Retry = new RetrySchedule(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1), MaxAttempts: 12),
        LookEvery = TimeSpan.FromSeconds(15),
    };

    /// <summary>The pictures of a mail, by name.</summary>
    public async Task<IReadOnlyDictionary<string, Picture>> PicturesAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var pictures = await connection.QueryAsync<PictureRow>(new CommandDefinition(
            "SELECT name AS Name, alt AS Alt, width AS Width, height AS Height, png AS Png FROM email_pictures WHERE email_key = @key",
            new { key }, cancellationToken: cancellationToken));
        return pictures.ToDictionary(
            picture => picture.Name, picture => new Picture(picture.Png, (int)picture.Width, (int)picture.Height, picture.Alt));
    }

    /// <summary>
    /// It came to its end: <c>sent</c>, <c>failed</c>, or <c>doubtful</c> when nobody can know whether the server has it.
    /// </summary>
    public static async Task EndAsync(UnitOfWork uow, string key, string state, string? error, DateTimeOffset now)
    {
        await uow.Connection.ExecuteAsync(
            "UPDATE email_outbox SET state = @state, ended_at = @now, error = @error, html = NULL, plain = NULL WHERE key = @key AND " +
            "state = 'sending'",
            new { key, state, error, now = now.ToUnixTimeMilliseconds() }, uow.Transaction);
        await uow.Connection.ExecuteAsync("DELETE FROM email_pictures WHERE email_key = @key", new { key }, uow.Transaction);
    }

    /// <summary>The server certainly does not have it: tried again later.</summary>
    public static Task RetryAsync(
        UnitOfWork uow, string key, string error, DateTimeOffset due, IReadOnlyList<string>? recipients = null) =>
        uow.Connection.ExecuteAsync(
            "UPDATE email_outbox SET state = 'waiting', due_at = @due, error = @error, recipients = COALESCE(@to, recipients) " +
            "WHERE key = @key AND state = 'sending'",
            new { key, error, due = due.ToUnixTimeMilliseconds(), to = recipients is null ? null : JsonSerializer.Serialize(recipients) },
            uow.Transaction);

    /// <summary>
    /// Mails whose sender's lease is over: its process ended while they were being sent, and nobody knows how far it came.
    /// </summary>
    public Task<int> AbandonAsync(DateTimeOffset now, string error, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var abandoned = await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                UPDATE email_outbox SET state = 'doubtful', ended_at = @now, error = @error, html = NULL, plain = NULL
                WHERE state = 'sending' AND (lease_until IS NULL OR lease_until <= {clock.Now(uow.Kind)})
                """,
                new { error, now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));
            if (abandoned > 0)
            {
                await uow.Connection.ExecuteAsync(new CommandDefinition(
                    "DELETE FROM email_pictures WHERE email_key IN (SELECT key FROM email_outbox WHERE state = 'doubtful')",
                    transaction: uow.Transaction, cancellationToken: cancellationToken));
            }

            return abandoned;
        },
        cancellationToken);

    /// <summary>How many stand how, and the last error.</summary>
    public async Task<(IReadOnlyDictionary<string, long> Counts, string? Error)> CountAsync(
        DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var counts = await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(
            "SELECT state, count(*) FROM email_outbox WHERE ended_at IS NULL OR ended_at >= @since GROUP BY state",
            new { since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        var error = await connection.QueryFirstOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT error FROM email_outbox WHERE error IS NOT NULL AND (ended_at IS NULL OR ended_at >= @since) ORDER BY created_at " +
            "DESC LIMIT 1",
            new { since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        return (counts.ToDictionary(row => row.State, row => row.Count), error);
    }

    internal sealed record Row
    {
        public string Key { get; init; } = "";

        public string Recipients { get; init; } = "";

        public string Subject { get; init; } = "";

        public string? Html { get; init; }

        public string? Plain { get; init; }

        public long Attempts { get; init; }

        public long CreatedAt { get; init; }

        public ClaimedEmail ToEmail() => new(
            new EmailMessage(Key, JsonSerializer.Deserialize<string[]>(Recipients) ?? [], Subject, Html ?? "", Plain ?? ""), (int)Attempts,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }

    private sealed record PictureRow
    {
        public string Name { get; init; } = "";

        public string Alt { get; init; } = "";

        public long Width { get; init; }

        public long Height { get; init; }

        public byte[] Png { get; init; } = [];
    }
}

/// <summary>A mail that this process, and no other, may now send.</summary>
/// <param name="Message">The mail, without its pictures.</param>
/// <param name="Attempt">Which attempt this is.</param>
/// <param name="CreatedAt">When it was recorded.</param>
internal sealed record ClaimedEmail(EmailMessage Message, int Attempt, DateTimeOffset CreatedAt);
