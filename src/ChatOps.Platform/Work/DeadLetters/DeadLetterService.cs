using System.Text;
using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>
/// What an administrator decides about dead letters: the role is checked at the act; the source, the list, the message and the audit change
/// in one transaction.
/// </summary>
internal sealed class DeadLetterService(
    IEnumerable<IDeadLetters> sources, DeadLetterBox box, IDatabase database, IAccess access, IAudit audit, TimeProvider time)
{
    /// <summary>Letters decided in one transaction; more take several.</summary>
    internal const int BatchSize = 1_000;

    private const int MaxKeysInAudit = 50;
    private const int MaxTexts = 100;
    private const int MaxTextLength = 4 * 1024 * 1024;

    /// <summary>Puts the letters back in line, with all their attempts.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="UserFacingException">None of them is there any more.</exception>
    public Task<int> RetryAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        DecideAsync(
            new UserAction(userId, RetryDeadLetterButton.Id, SubjectOf(choice), Role.Admin), choice, retry: true, cancellationToken);

    /// <summary>Gives the letters up for good.</summary>
    /// <inheritdoc cref="RetryAsync"/>
    public Task<int> DiscardAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        DecideAsync(
            new UserAction(userId, DiscardDeadLetterButton.Id, SubjectOf(choice), Role.Admin), choice, retry: false, cancellationToken);

    /// <summary>Returns when the user may see what is set aside: raw texts may hold what a channel should not see.</summary>
    /// <exception cref="AccessDeniedException">They may not.</exception>
    public Task DemandReadAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        access.DemandAsync(new UserAction(userId, "inbox.read", SubjectOf(choice), Role.Admin), cancellationToken);

    /// <summary>A page of letters, the newest first, and how many there are.</summary>
    public async Task<DeadLetterPage> PageAsync(int skip, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var count = await DeadLetterStore.CountAsync(connection, DeadLetterChoice.All, cancellationToken);
        // The page that was asked for may have been decided away.
        if (skip >= count) skip = (int)Math.Max(0, (count - 1) / limit * limit);
        return new DeadLetterPage(
            await DeadLetterStore.ListAsync(connection, DeadLetterChoice.All, skip, limit, cancellationToken), skip, count);
    }

    /// <summary>Where the page of a letter begins.</summary>
    public async Task<int> PageOfAsync(DeadLetterChoice choice, int pageSize, CancellationToken cancellationToken)
    {
        if (choice.Scope != DeadLetterScope.Letter) return 0;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (int)(await DeadLetterStore.CountNewerAsync(connection, choice.Id, cancellationToken) / pageSize * pageSize);
    }

    /// <summary>A notice with the newest of its letters; null when it is not there.</summary>
    public async Task<(DeadLetterNotice Notice, ListedLetter? Newest)?> NoticeAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (await DeadLetterStore.NoticesAsync(connection, database.Kind, [id], cancellationToken) is not [var notice]) return null;
        return (notice, await DeadLetterStore.ListAsync(
            connection, new DeadLetterChoice(DeadLetterScope.Notice, id), 0, 1, cancellationToken) is [var newest] ? newest : null);
    }

    /// <summary>The notices with these ids.</summary>
    public async Task<IReadOnlyList<DeadLetterNotice>> NoticesAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DeadLetterStore.NoticesAsync(connection, database.Kind, ids, cancellationToken);
    }

    /// <summary>The newest letter that a choice names; null when there is none.</summary>
    public async Task<ListedLetter?> NewestAsync(DeadLetterChoice choice, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DeadLetterStore.ListAsync(connection, choice, 0, 1, cancellationToken) is [var newest] ? newest : null;
    }

    /// <summary>What a letter is about, as it came; null when its source has it no more.</summary>
    public async Task<string?> ReadAsync(ListedLetter letter, CancellationToken cancellationToken) =>
        sources.FirstOrDefault(source => source.Source == letter.Source) is { } source
            ? await source.ReadAsync(letter.Key, cancellationToken)
            : null;

    /// <summary>The raw texts of what a choice names, as one file: bounded, the newest first.</summary>
    public async Task<string> ReadAllAsync(DeadLetterChoice choice, CancellationToken cancellationToken)
    {
        IReadOnlyList<ListedLetter> letters;
        await using (var connection = await database.OpenAsync(cancellationToken))
            letters = await DeadLetterStore.ListAsync(connection, choice, 0, MaxTexts, cancellationToken);
        var text = new StringBuilder();
        foreach (var letter in letters)
        {
            if (text.Length > MaxTextLength) break;
            var raw = await ReadAsync(letter, cancellationToken) ?? "";
            if (letters.Count == 1) return raw;
            text.Append("# ").Append(letter.Id).Append("  ").Append(letter.Kind).Append("  ").Append(letter.Error.ReplaceLineEndings(" "))
                .Append('\n').Append(raw).Append("\n\n");
        }

        return text.ToString();
    }

    private static SubjectId SubjectOf(DeadLetterChoice choice) => new(DeadLetterChoice.SubjectKind, choice.ToString());

    private async Task<int> DecideAsync(UserAction action, DeadLetterChoice choice, bool retry, CancellationToken cancellationToken)
    {
        await access.DemandAsync(action, cancellationToken);
        var total = 0;
        int taken;
        do
        {
            int decided;
            (taken, decided) = await database.WriteAsync(
                uow => DecideAsync(uow, action, choice, retry, cancellationToken), cancellationToken);
            total += decided;
        }
        while (taken == BatchSize);
        return total > 0 ? total : throw new UserFacingException(choice.Scope == DeadLetterScope.All ? "inbox.empty" : "inbox.gone");
    }

    private async Task<(int Taken, int Decided)> DecideAsync(
        UnitOfWork uow, UserAction action, DeadLetterChoice choice, bool retry, CancellationToken cancellationToken)
    {
        var letters = await DeadLetterStore.TakeAsync(uow, choice, BatchSize, cancellationToken);
        if (letters.Count == 0) return (0, 0);
        var decided = 0;
        foreach (var group in letters.GroupBy(letter => letter.Source))
        {
            // A source that this version no longer has: its letters can only leave the list.
            if (sources.FirstOrDefault(source => source.Source == group.Key) is not { } source)
            {
                if (retry) throw new UserFacingException("inbox.no-source", ("source", group.Key));
                decided += group.Count();
                continue;
            }

            var keys = group.Select(letter => letter.Key).ToList();
            decided += retry
                ? await source.RetryAsync(uow, keys, cancellationToken)
                : await source.DiscardAsync(uow, keys, cancellationToken);
        }

        await DeadLetterStore.DeleteAsync(uow, letters.Select(letter => letter.Id), cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var notice in letters.GroupBy(letter => letter.NoticeId).OrderBy(group => group.Key))
        {
            var count = notice.Count();
            await DeadLetterStore.DecideAsync(uow, notice.Key, retry ? count : 0, retry ? 0 : count, action.UserId, now, cancellationToken);
        }

        await box.MarkAsync(uow, letters.Select(letter => letter.NoticeId), cancellationToken);
        var details = JsonSerializer.Serialize(new
        {
            count = letters.Count,
            letters = letters.Take(MaxKeysInAudit).Select(
                letter => new { letter.Id, letter.Source, letter.Key, letter.Kind, letter.Error }),
        });
        await audit.AppendAsync(uow, action, "done", details, cancellationToken);
        return (letters.Count, decided);
    }
}

/// <summary>A page of what is set aside.</summary>
/// <param name="Letters">The letters, the newest first.</param>
/// <param name="Skip">How many are newer than the page.</param>
/// <param name="Count">How many there are.</param>
internal sealed record DeadLetterPage(IReadOnlyList<ListedLetter> Letters, int Skip, long Count);
