using System.Text.Json;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Email;

/// <summary>The SQL of e-mails. A row stays for ever, as its key must; what it said goes once it is sent.</summary>
internal sealed class EmailStore(IDatabase database)
{
    /// <summary>Records a mail; false when its key was recorded before.</summary>
    public static async Task<bool> AddAsync(UnitOfWork uow, EmailMessage message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO email_outbox (key, recipients, subject, html, plain, created_at, due_at) VALUES (@Key, @recipients, @Subject, @Html, @Plain, @now, @now)
            ON CONFLICT (key) DO NOTHING
            """,
            new { message.Key, recipients = JsonSerializer.Serialize(message.To), message.Subject, message.Html, message.Plain, now = now.ToUnixTimeMilliseconds() },
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
    /// Takes the next mail that is due: from here on it is 'sending', and whoever finds it so later must not send it again.
    /// </summary>
    public async Task<ClaimedEmail?> ClaimAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await database.WriteAsync(
            uow => uow.Connection.QueryFirstOrDefaultAsync<Row?>(new CommandDefinition(
                """
                UPDATE email_outbox SET state = 'sending', claimed_at = @now, attempts = attempts + 1
                WHERE state = 'waiting' AND key = (SELECT key FROM email_outbox WHERE state = 'waiting' AND due_at <= @now ORDER BY due_at, key LIMIT 1)
                RETURNING key AS Key, recipients AS Recipients, subject AS Subject, html AS Html, plain AS Plain, attempts AS Attempts, created_at AS CreatedAt
                """,
                new { now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken)),
            cancellationToken);
        if (row is null) return null;

        await using var connection = await database.OpenAsync(cancellationToken);
        var pictures = await connection.QueryAsync<PictureRow>(new CommandDefinition(
            "SELECT name AS Name, alt AS Alt, width AS Width, height AS Height, png AS Png FROM email_pictures WHERE email_key = @Key", new { row.Key }, cancellationToken: cancellationToken));
        return new ClaimedEmail(
            new EmailMessage(row.Key, JsonSerializer.Deserialize<string[]>(row.Recipients) ?? [], row.Subject, row.Html ?? "", row.Plain ?? "")
            {
                Pictures = pictures.ToDictionary(picture => picture.Name, picture => new Picture(picture.Png, (int)picture.Width, (int)picture.Height, picture.Alt)),
            },
            (int)row.Attempts,
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));
    }

    /// <summary>The server has it.</summary>
    public Task SentAsync(string key, DateTimeOffset now, string? refused, CancellationToken cancellationToken) => EndAsync(key, "sent", refused, now, cancellationToken);

    /// <summary>It will not be sent any more.</summary>
    public Task FailedAsync(string key, string error, DateTimeOffset now, CancellationToken cancellationToken) => EndAsync(key, "failed", error, now, cancellationToken);

    /// <summary>Whether the server has it cannot be known; it is not sent again.</summary>
    public Task DoubtfulAsync(string key, string error, DateTimeOffset now, CancellationToken cancellationToken) => EndAsync(key, "doubtful", error, now, cancellationToken);

    /// <summary>The server certainly does not have it: tried again later.</summary>
    public Task RetryAsync(string key, string error, DateTimeOffset due, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE email_outbox SET state = 'waiting', due_at = @due, error = @error WHERE key = @key AND state = 'sending'",
            new { key, error, due = due.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Mails that were being sent when their process ended: nobody knows how far it came.</summary>
    public Task<int> AbandonAsync(DateTimeOffset before, DateTimeOffset now, string error, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var abandoned = await uow.Connection.ExecuteAsync(new CommandDefinition(
                """
                UPDATE email_outbox SET state = 'doubtful', ended_at = @now, error = @error, html = NULL, plain = NULL
                WHERE state = 'sending' AND claimed_at < @before
                """,
                new { error, now = now.ToUnixTimeMilliseconds(), before = before.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));
            if (abandoned > 0)
            {
                await uow.Connection.ExecuteAsync(new CommandDefinition(
                    "DELETE FROM email_pictures WHERE email_key IN (SELECT key FROM email_outbox WHERE state = 'doubtful')", transaction: uow.Transaction, cancellationToken: cancellationToken));
            }

            return abandoned;
        },
        cancellationToken);

    /// <summary>How many stand how, and the last error.</summary>
    public async Task<(IReadOnlyDictionary<string, long> Counts, string? Error)> CountAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var counts = await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(
            "SELECT state, count(*) FROM email_outbox WHERE ended_at IS NULL OR ended_at >= @since GROUP BY state", new { since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        var error = await connection.QueryFirstOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT error FROM email_outbox WHERE error IS NOT NULL AND (ended_at IS NULL OR ended_at >= @since) ORDER BY created_at DESC LIMIT 1",
            new { since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        return (counts.ToDictionary(row => row.State, row => row.Count), error);
    }

    private Task EndAsync(string key, string state, string? error, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "UPDATE email_outbox SET state = @state, ended_at = @now, error = @error, html = NULL, plain = NULL WHERE key = @key AND state = 'sending'",
                new { key, state, error, now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));
            await uow.Connection.ExecuteAsync(new CommandDefinition("DELETE FROM email_pictures WHERE email_key = @key", new { key }, uow.Transaction, cancellationToken: cancellationToken));
        },
        cancellationToken);

    private sealed record Row
    {
        public string Key { get; init; } = "";

        public string Recipients { get; init; } = "";

        public string Subject { get; init; } = "";

        public string? Html { get; init; }

        public string? Plain { get; init; }

        public long Attempts { get; init; }

        public long CreatedAt { get; init; }
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
/// <param name="Message">The mail.</param>
/// <param name="Attempt">Which attempt this is.</param>
/// <param name="CreatedAt">When it was recorded.</param>
internal sealed record ClaimedEmail(EmailMessage Message, int Attempt, DateTimeOffset CreatedAt);
