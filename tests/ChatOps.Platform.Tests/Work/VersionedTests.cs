using ChatOps.Platform.Work;

namespace ChatOps.Platform.Tests.Work;

public sealed class VersionedTests
{
    [Fact]
    public async Task What_nobody_else_changed_is_saved_at_the_first_attempt()
    {
        var row = new Row("a", 1);

        var saved = await Versioned.ChangeAsync("row a", () => Task.FromResult<Row?>(row), known => known! with { Text = "b" }, Save);

        Assert.Equal(("b", 2), (row.Text, row.Version));
        Assert.Equal("b", saved!.Text);

        Task<bool> Save(Row change)
        {
            if (change.Version != row.Version) return Task.FromResult(false);
            row = change with { Version = change.Version + 1 };
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task A_row_that_was_saved_in_between_is_read_again_and_decided_anew()
    {
        var (reads, decided) = (0, new List<string>());

        var saved = await Versioned.ChangeAsync(
            "row a",
            () => Task.FromResult<Row?>(new Row($"read {++reads}", reads)),
            known =>
            {
                decided.Add(known!.Text);
                return known;
            },
            change => Task.FromResult(change.Version == 3));

        Assert.Equal(["read 1", "read 2", "read 3"], decided);
        Assert.Equal("read 3", saved!.Text);
    }

    [Fact]
    public async Task Deciding_for_nothing_saves_nothing()
    {
        var saved = await Versioned.ChangeAsync<Row, Row>(
            "row a", () => Task.FromResult<Row?>(null), known => known, _ => throw new InvalidOperationException("saved"));

        Assert.Null(saved);
    }

    [Fact]
    public async Task Five_attempts_are_made_and_then_it_is_said_what_could_not_be_changed()
    {
        var attempts = 0;

        var fault = await Assert.ThrowsAsync<ChangedTooOftenException>(() => Versioned.ChangeAsync(
            "finding f1",
            () => Task.FromResult<Row?>(new Row("a", 1)),
            known => known,
            _ =>
            {
                attempts++;
                return Task.FromResult(false);
            }));

        Assert.Equal(5, attempts);
        Assert.Equal("Others saved finding f1 at each of 5 attempts to change it. Nothing of ours is saved.", fault.Message);
    }

    [Fact]
    public async Task Of_a_batch_only_those_are_read_again_that_others_saved()
    {
        var read = new List<string>();

        var saved = await Versioned.ChangeAllAsync<Row, Row>(
            "rows",
            ["a", "b", "c", "a"],
            keys =>
            {
                read.Add(string.Join("", keys));
                return Task.FromResult<IReadOnlyDictionary<string, Row>>(
                    keys.Where(key => key != "c").ToDictionary(key => key, key => new Row(key, read.Count)));
            },
            (key, known) => key == "c" ? (known is null ? null : throw new InvalidOperationException("c is not there")) : known,
            changes => Task.FromResult<IReadOnlySet<string>>(
                changes.Where(change => change.Key == "a" || change.Value.Version == 2).Select(change => change.Key).ToHashSet()));

        Assert.Equal(["abc", "b"], read);
        Assert.Equal([new Row("a", 1), new Row("b", 2)], saved);
    }

    [Fact]
    public async Task A_batch_gives_up_after_five_attempts_too()
    {
        var attempts = 0;

        var fault = await Assert.ThrowsAsync<ChangedTooOftenException>(() => Versioned.ChangeAllAsync<Row, Row>(
            "findings",
            ["a", "b"],
            keys => Task.FromResult<IReadOnlyDictionary<string, Row>>(keys.ToDictionary(key => key, key => new Row(key, 1))),
            (_, known) => known,
            _ =>
            {
                attempts++;
                return Task.FromResult<IReadOnlySet<string>>(new HashSet<string> { "a" });
            }));

        Assert.Equal(5, attempts);
        Assert.Equal("Others saved 1 findings at each of 5 attempts to change it. Nothing of ours is saved.", fault.Message);
    }

    private sealed record Row(string Text, int Version);
}
