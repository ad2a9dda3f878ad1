using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts.Tests;

/// <summary>An Alertmanager that remembers silences and knows the alerts that the test says; the real one is tried end to end.</summary>
internal sealed class PlayedAlertmanager : IAlertmanager
{
    public bool IsConfigured { get; set; } = true;

    public string Name { get; init; } = "";

    /// <summary>When it started; null for one that does not say.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public string Peer { get; set; } = "http://alertmanager:9093";

    public Task<AlertmanagerState?> StateAsync(CancellationToken cancellationToken) =>
        Task.FromResult<AlertmanagerState?>(new AlertmanagerState(Peer, StartedAt));

    public List<Silence> Silences { get; } = [];

    public List<ActiveAlert> Active { get; } = [];

    /// <summary>Thrown at the next call, once.</summary>
    public Queue<AlertmanagerException> Faults { get; } = new();

    /// <summary>Makes the silence and then throws: the answer was lost on its way.</summary>
    public bool LosesAnswer { get; set; }

    public int Created { get; private set; }

    /// <summary>Happens while the next silence is made, once.</summary>
    public Func<Task>? Creating { get; set; }

    public async Task<string> CreateSilenceAsync(NewSilence silence, CancellationToken cancellationToken)
    {
        Fail();
        if (Creating is { } happens)
        {
            Creating = null;
            await happens();
        }

        Created++;
        Silences.Add(new Silence(
            $"am-{Created}", silence.Matchers, silence.StartsAt, silence.EndsAt, silence.CreatedBy, silence.Comment, SilenceState.Active));
        if (!LosesAnswer) return $"am-{Created}";
        LosesAnswer = false;
        throw new AlertmanagerException("Alertmanager does not answer.", mayPass: true);
    }

    public Task<IReadOnlyList<Silence>> SilencesAsync(CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<Silence>>([.. Silences]);
    }

    public Task<Silence?> SilenceAsync(string id, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult(Silences.Find(silence => silence.Id == id));
    }

    public Task ExpireSilenceAsync(string id, CancellationToken cancellationToken)
    {
        Fail();
        var at = Silences.FindIndex(silence => silence.Id == id);
        if (at >= 0) Silences[at] = Silences[at] with { State = SilenceState.Expired };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ActiveAlert>> AlertsAsync(CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<ActiveAlert>>([.. Active]);
    }

    private void Fail()
    {
        if (Faults.TryDequeue(out var fault)) throw fault;
    }
}

/// <summary>The servers of a test: the first takes all that names no other.</summary>
internal sealed class PlayedServers(PlayedAlertmanager first) : IAlertmanagers
{
    /// <summary>Further servers, by the <c>externalURL</c> of their notifications.</summary>
    public Dictionary<string, PlayedAlertmanager> Further { get; } = [];

    public IReadOnlyList<IAlertmanager> All => [.. first.IsConfigured ? [first] : Array.Empty<IAlertmanager>(), .. Further.Values];

    public AlertmanagerMatch? Of(string? externalUrl, IReadOnlyDictionary<string, string> labels) =>
        externalUrl is not null && Further.TryGetValue(externalUrl, out var named) ? new AlertmanagerMatch(named, IsAssumed: false)
        : first.IsConfigured ? new AlertmanagerMatch(first, IsAssumed: Further.Count == 0)
        : null;
}
