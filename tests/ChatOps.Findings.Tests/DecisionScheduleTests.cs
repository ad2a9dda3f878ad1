using static ChatOps.Findings.Tests.GivenFinding;

namespace ChatOps.Findings.Tests;

/// <summary>
/// Decisions against schedules of what AWS documents: updates that take minutes to spread, copies of before, events of one second, out of
/// order or lost, and a second generation that keeps a workflow of its own.
/// </summary>
public sealed class DecisionScheduleTests
{
    private const int Schedules = 5_000;
    private const int Reconciled = 1_000;

    [Fact]
    public void No_schedule_of_stale_same_second_lost_and_second_generation_copies_loses_a_decision()
    {
        for (var seed = 0; seed < Schedules; seed++) new Schedule(seed).Run();
    }

    /// <summary>
    /// Every event may be lost; passes over Security Hub's lists, which are behind, tell in the end what is so there, and no decision made
    /// here is lost on the way.
    /// </summary>
    [Fact]
    public void What_is_lost_on_the_way_is_reconciled_and_no_decision_is_lost()
    {
        for (var seed = 0; seed < Reconciled; seed++) new Schedule(seed) { Loses = true }.Run();
    }

    /// <summary>One finding, its Security Hub, and the way in between.</summary>
    private sealed class Schedule(int seed)
    {
        private const int Steps = 60;

        /// <summary>Between two decisions of people about the same finding.</summary>
        private static readonly TimeSpan Person = TimeSpan.FromSeconds(3);

        private static readonly TimeSpan Spread = TimeSpan.FromMinutes(5);

        private readonly Random _random = new(seed);
        private readonly List<(DateTimeOffset At, WorkflowStatus Workflow, FindingNote? Note)> _hub = [(T0, WorkflowStatus.New, null)];
        private readonly List<(DateTimeOffset Due, Finding Copy, bool IsConsole)> _way = [];
        private readonly List<(int Index, DateTimeOffset At)> _told = [];
        private readonly Queue<FindingWrite> _writes = new();
        private readonly List<string> _log = [];
        private DateTimeOffset _now = T0.AddSeconds(1);
        private DateTimeOffset _updatedAt = T0;
        private Finding _known = FindingMerge.Merge(null, Of(), false, T0)!;
        private WorkflowStatus? _decided;
        private (DateTimeOffset At, int Reading)? _doubt;
        private (WorkflowStatus Workflow, DateTimeOffset SaidAt)? _console;

        /// <summary>Whether events are lost, and lists read instead.</summary>
        public bool Loses { get; init; }

        public void Run()
        {
            for (var step = 0; step < Steps; step++)
            {
                switch (_random.Next(10))
                {
                    case 0 or 1: Act(); break;
                    case 2 or 3: Send(); break;
                    case 4: ProviderSaysAnew(); break;
                    case 5: Say(Copy(Stale(), _updatedAt), isConsole: false); break;
                    case 6: SecondGenerationSays(); break;
                    case 7 when _random.Next(4) == 0: ChangeInTheConsole(); break;
                    default: Wait(_random.Next(3) == 0 ? 40 : 1); break;
                }

                if (Loses && _random.Next(6) == 0) ReadList();
                Deliver();
                Read();
                Check();
            }

            for (var second = 0; second < 90; second++)
            {
                Wait(1);
                Deliver();
                Read();
                Check();
            }

            if (Loses) Converge();
        }

        /// <summary>After the time that updates take to spread, and some passes, both say the same.</summary>
        private void Converge()
        {
            while (_writes.Count > 0) Send();
            _now += FindingEvidence.SpreadsWithin + Spread;
            for (var pass = 0; pass < 20; pass++)
            {
                ReadList();
                for (var second = 0; second < 60; second++)
                {
                    _now = _now.AddSeconds(1);
                    Deliver();
                    Read();
                }
            }

            Assert.True(_known.Workflow == _hub[^1].Workflow, Told($"{_hub[^1].Workflow} there, {_known.Workflow} here"));
        }

        /// <summary>A list may be as far behind as one answer about the finding.</summary>
        private void ReadList()
        {
            var listed = Stale(Listed());
            Apply(new IncomingFinding(
                Copy(listed, _updatedAt) with { ObservedAt = _now - FindingEvidence.ListedWithin }, IsListed: true));
        }

        private void Act()
        {
            _now += Person;
            var next = _known switch
            {
                { Open: true, Acknowledged: null } when _random.Next(2) == 0 => WorkflowStatus.Notified,
                { Open: true } => WorkflowStatus.Suppressed,
                _ => WorkflowStatus.New,
            };
            _known = _known with
            {
                Workflow = next,
                WorkflowActedAt = _now,
                Acknowledged = next == WorkflowStatus.Notified ? new("U0JIYEON", _now) : null,
                Suppressed = next == WorkflowStatus.Suppressed ? new("U0JIYEON", "test account", _now, _now.AddDays(30)) : null,
            };
            _writes.Enqueue(new FindingWrite(_writes.Count, "f1", next, $"{next} in Slack by jiyeon", "U0JIYEON"));
            (_decided, _console) = (next, null);
            _log.Add($"{_now:mm:ss.f} acts {next}");
        }

        private void Send()
        {
            if (!_writes.TryDequeue(out var write)) return;
            _hub.Add((_now, write.Workflow!.Value, new FindingNote(write.Note, FindingMerge.OurName, _now)));
            _known = FindingEvidence.Sent(_known, write, write.Note, _now);
            _log.Add($"{_now:mm:ss.f} sends {write.Workflow}");
            if (_random.Next(3) == 0) return;
            Say(Copy(_hub[^1], _updatedAt), isConsole: false);
        }

        private void ProviderSaysAnew()
        {
            _updatedAt = _now;
            Say(Copy(Stale(), _updatedAt) with { Title = $"a{_now.Ticks}" }, isConsole: false);
        }

        private void SecondGenerationSays() =>
            Say(Copy((_now, WorkflowStatus.New, null), _now) with { Form = FindingForm.Ocsf }, isConsole: false);

        /// <summary>A person changes the status there; the note stays. While our own act is on its way, ours comes after it.</summary>
        private void ChangeInTheConsole()
        {
            if (_writes.Count > 0) return;
            _now += Person;
            var (_, before, note) = _hub[^1];
            var next = before == WorkflowStatus.New ? WorkflowStatus.Suppressed : WorkflowStatus.New;
            _hub.Add((_now, next, note));
            _decided = null;
            _log.Add($"{_now:mm:ss.f} console {next}");
            Say(Copy(_hub[^1], _updatedAt), isConsole: true);
        }

        private void Say(Finding copy, bool isConsole)
        {
            if (Loses && _random.Next(3) == 0) return;
            _way.Add((_now.AddSeconds(_random.Next(8)), copy, isConsole));
        }

        private void Deliver()
        {
            foreach (var said in _way.Where(said => said.Due <= _now).OrderBy(_ => _random.Next()).ToList())
            {
                _way.Remove(said);
                Apply(new IncomingFinding(said.Copy));
                if (said.IsConsole && _decided is null && said.Copy.Workflow == _hub[^1].Workflow && _known.Workflow != said.Copy.Workflow)
                    _console = (said.Copy.Workflow, _now);
            }
        }

        private void Read()
        {
            if (_doubt is not { } doubt || doubt.At > _now) return;
            _doubt = null;
            var listed = Stale(Listed());
            var isDoubtful = Apply(
                new IncomingFinding(Copy(listed, _updatedAt) with { ObservedAt = _now }, Reading: doubt.Reading));
            _doubt = isDoubtful ? (_now + FindingReadings.Work.Retry.After(doubt.Reading), doubt.Reading + 1) : null;
        }

        private bool Apply(IncomingFinding said)
        {
            var merged = FindingMerge.Merge(_known, said, _writes.Count > 0, _now);
            _log.Add($"{_now:mm:ss.f} {said.Finding.Form} {said.Finding.Workflow} of {said.Finding.ObservedAt:mm:ss.f} "
                + $"'{said.Finding.Note?.Text}' reading {said.Reading}: {merged.Finding?.Workflow} {merged.IsDoubtful}");
            _known = merged.Finding ?? _known;
            if (merged.IsDoubtful) _doubt ??= (_now.AddSeconds(3), 1);
            return merged.IsDoubtful;
        }

        private void Check()
        {
            if (_decided is { } decided) Assert.True(_known.Workflow == decided, Told($"lost {decided}"));
            if (_console is not { } console || _decided is not null) return;
            if (_known.Workflow == console.Workflow) _console = null;
            else Assert.True(_now - console.SaidAt < TimeSpan.FromMinutes(1), Told($"console {console.Workflow} not shown"));
        }

        private string Told(string what) => $"seed {seed}: {what}\n{string.Join('\n', _log)}";

        private void Wait(int seconds) => _now = _now.AddSeconds(_random.NextDouble() * seconds);

        /// <summary>What a copy may still say: the last, or one that was replaced within the time that updates take to spread.</summary>
        private (DateTimeOffset At, WorkflowStatus Workflow, FindingNote? Note) Stale(int least = 0)
        {
            var possible = _hub.Where((_, i) => i == _hub.Count - 1 || (i >= least && _hub[i + 1].At > _now - Spread)).ToList();
            return possible[_random.Next(possible.Count)];
        }

        /// <summary>What was told once, GetFindings lists a little later.</summary>
        private int Listed() => _told.Where(told => told.At < _now.AddSeconds(-20)).Select(told => told.Index)
            .DefaultIfEmpty().Max();

        /// <summary>EventBridge's time has whole seconds.</summary>
        private Finding Copy((DateTimeOffset At, WorkflowStatus Workflow, FindingNote? Note) said, DateTimeOffset updatedAt)
        {
            _told.Add((_hub.LastIndexOf(said), _now));
            return Of() with
            {
                Workflow = said.Workflow,
                Note = said.Note,
                UpdatedAt = updatedAt,
                ObservedAt = _now.AddTicks(-(_now.Ticks % TimeSpan.TicksPerSecond)),
            };
        }
    }
}
