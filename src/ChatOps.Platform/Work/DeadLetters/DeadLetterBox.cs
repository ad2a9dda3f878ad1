using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Work;

/// <summary>
/// Lists dead letters under notices, so that a burst of the same fault is one message that counts, and shows the notices where operators
/// look.
/// </summary>
internal sealed partial class DeadLetterBox(
    IOutbox outbox, IPolicy<Routes> routes, IOptions<DeliveryOptions> delivery, TimeProvider time) : IDeadLetterBox
{
    /// <summary>
    /// A source with so many sorts of faults at once has one fault behind them all: whatever else comes is counted in a notice of the rest.
    /// </summary>
    internal const int MaxOpenNotices = 10;

    private const string Rest = "rest";
    private const int MaxError = 500;
    private const int MaxKind = 300;

    public async Task AddAsync(UnitOfWork uow, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // Always in the same order, so that two replicas never wait for each other crosswise.
        foreach (var source in letters.Select(Storable).GroupBy(letter => letter.Source)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var open = await DeadLetterStore.OpenSignaturesAsync(uow, source.Key, cancellationToken);
            var bySignature = source
                .GroupBy(letter => SignatureOf(letter) is var signature
                    && (open.Contains(signature) || open.Count < MaxOpenNotices && open.Add(signature)) ? signature : Rest)
                .OrderBy(group => group.Key, StringComparer.Ordinal);
            foreach (var alike in bySignature) await AddAsync(uow, source.Key, alike.Key, [.. alike], now, cancellationToken);
        }
    }

    public async Task RemoveAsync(UnitOfWork uow, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return;
        var letters = await DeadLetterStore.OfKeysAsync(uow, source, keys, cancellationToken);
        if (letters.Count == 0) return;
        await DeadLetterStore.DeleteAsync(uow, letters.Select(letter => letter.Id), cancellationToken);
        foreach (var notice in letters.Select(letter => letter.NoticeId).Distinct().Order())
            await DeadLetterStore.DecideAsync(uow, notice, 0, 0, null, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        await MarkAsync(uow, letters.Select(letter => letter.NoticeId), cancellationToken);
    }

    /// <summary>Brings the notices' messages up to date.</summary>
    public async Task MarkAsync(UnitOfWork uow, IEnumerable<long> notices, CancellationToken cancellationToken)
    {
        var read = await DeadLetterStore.NoticesAsync(uow.Connection, uow.Kind, notices.Distinct(), cancellationToken);
        await outbox.MarkChangedAsync(
            uow, [.. read.Select(notice => new ChangedSubject(notice.Subject, Severity.High, notice.Open))], cancellationToken);
    }

    private async Task AddAsync(
        UnitOfWork uow, string source, string signature, IReadOnlyList<DeadLetter> letters, long now, CancellationToken cancellationToken)
    {
        var id = await DeadLetterStore.OpenNoticeAsync(uow, source, signature, letters[0], now, cancellationToken);
        if (await DeadLetterStore.AddAsync(uow, id, letters, cancellationToken) == 0)
        {
            // Listed before, under an older notice: a notice that was opened for them alone tells nothing.
            await DeadLetterStore.DecideAsync(uow, id, 0, 0, null, now, cancellationToken);
            return;
        }

        var subject = new DeadLetterNotice { Id = id }.Subject;
        var requests = ChannelsOf()
            .Select(to => new MessageRequest(subject, to.Channel, to.Language, Severity.High, Open: true, Group: source)).ToList();
        await outbox.RequestAsync(uow, requests, cancellationToken);
    }

    /// <summary>Where operators look. A routes.yaml from before there was such a route must not make this silent.</summary>
    private IReadOnlyList<Destination> ChannelsOf() =>
        routes.Value.For(RouteKind.Operators, new RouteFacts()) is { Count: > 0 } routed
            ? routed
            : [new Destination(delivery.Value.FallbackChannel, null)];

    private static DeadLetter Storable(DeadLetter letter) => letter with
    {
        Key = StorableText.Clean(letter.Key),
        Kind = StorableText.Clean(letter.Kind, MaxKind),
        Error = StorableText.Clean(letter.Error, MaxError),
    };

    /// <summary>Faults that differ only in ids, numbers and quoted values are of one sort.</summary>
    private static string SignatureOf(DeadLetter letter) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{letter.Kind}\n{Particulars().Replace(letter.Error, "…")}"))[..12]);

    [GeneratedRegex("""'[^']*'|"[^"]*"|\S*[0-9]\S*""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Particulars();
}
