using System.Text.Json.Nodes;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.EndToEnd.Ingest;

/// <summary>
/// Events as nobody should send them: each is read all the same, or answered with what is wrong with it. None becomes a dead letter, and
/// none spoils a list for everybody.
/// </summary>
public sealed class HostileEventsTests
{
    private const int Mutants = 250;

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "all-events");

    /// <summary>So that an event that cannot be read is told at once.</summary>
    private static readonly KeyValuePair<string, string?> OneAttempt = new("ChatOps:Ingest:MaxAttempts", "1");

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Postgres, DatabaseKind.Sqlite];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Events_that_others_lost_are_shown_by_their_names(DatabaseKind kind)
    {
        await using var bot = await IngestingBot.StartAsync(kind, OneAttempt);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "hostile")).Order(StringComparer.Ordinal))
            Assert.InRange(await bot.SendAsync(Root, $"hostile/{Path.GetFileName(file)}"), 200, 299);
        await bot.ReadAllAsync();

        Assert.Equal([], await bot.AsideAsync("failed"));
        string[] alerts = ["InputRefused", "Probe", "b7NearlyFull", "PodCrashLoops", "orders-latency"];
        await Eventually.TrueAsync(
            () => Task.FromResult(alerts.All(name => bot.Channel("alerts").Contains(name, StringComparison.Ordinal))), 60,
            "not all alerts are shown");
        await Eventually.TrueAsync(() => Task.FromResult(bot.Channel("security").Length > 0), 60, "the finding is not shown");
        var list = await bot.CommandAsync("/alert list");
        Assert.Contains("firing", list, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("(ref ", list, StringComparison.Ordinal);
        Assert.DoesNotContain("(ref ", await bot.CommandAsync("/finding list"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_real_event_with_anything_in_it_changed_is_read_or_refused_and_never_lost(DatabaseKind kind)
    {
        var files = Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".json" or ".txt" && !file.EndsWith(".http.txt", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => (Folder: Path.GetFileName(Path.GetDirectoryName(file))!, Text: StorableText.CleanJson(File.ReadAllText(file))))
            .ToList();
        var mutants = from file in Gen.Elements<(string Folder, string Text)>(files)
                      from seed in Gen.Choose(0, int.MaxValue - 1)
                      select (file.Folder, Text: Mutate(file.Text, seed), Path: IngestingBot.PathOf(file.Text));
        await using var bot = await IngestingBot.StartAsync(kind, OneAttempt);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Mutants).WithName(
                nameof(A_real_event_with_anything_in_it_changed_is_read_or_refused_and_never_lost)),
            Prop.ForAll(mutants.ToArbitrary(), mutant =>
            {
                // A test's property is not asynchronous.
                var status = bot.SendAsync(mutant.Folder, mutant.Text, mutant.Path).GetAwaiter().GetResult();
                return (status is >= 200 and < 300 or 400).Label($"{mutant.Folder} was answered {status}: {mutant.Text}");
            }));
        await bot.ReadAllAsync();

        // What lacks the very thing that it is about can only be looked at by a person. Nothing else is set aside.
        var aside = (await bot.AsideAsync("failed")).Distinct().ToList();
        Assert.True(
            aside.TrueForAll(row => row.Contains($"|{nameof(UnreadableEventException)}: ", StringComparison.Ordinal)),
            string.Join('\n', aside));
        foreach (var command in (string[])["/alert list", "/finding list", "/cost budgets", "/chatops status"])
            Assert.DoesNotContain("(ref ", await bot.CommandAsync(command), StringComparison.Ordinal);
    }

    /// <summary>Changes one to three places: other types, nothing, too much, and characters that no database holds.</summary>
    private static string Mutate(string text, int seed)
    {
        var random = new Random(seed);
        if (Parse(text) is not { } root)
        {
            var at = random.Next(text.Length);
            return StorableText.Clean(text[..at] +
                random.GetItems(["\0", "\u0001", "<!channel>", "\\u0000", "{", new string('x', 5_000), ""], 1)[0] +
                text[(at + random.Next(0, Math.Min(3, text.Length - at)))..]);
        }

        // A new event, not a redelivery of the last one.
        foreach (var name in (string[])["id", "resultToken", "groupKey", "MessageId"])
        {
            if (root is JsonObject known && known.ContainsKey(name)) known[name] = $"{name}-{seed}";
        }

        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var places = Places(root).ToList();
            if (places.Count == 0) break;
            var (parent, key) = places[random.Next(places.Count)];
            if (parent is JsonObject members && random.Next(8) == 0) members.Remove(key);
            else
                Put(parent, key, Value(random, parent is JsonObject known
                    ? known[key]
                    : ((JsonArray)parent)[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)]));
        }

        // What a node cannot hold is written afterwards, as senders write it.
        return root.ToJsonString().Replace("@nul@", "\\u0000", StringComparison.Ordinal)
            .Replace("@half@", "\\ud83d", StringComparison.Ordinal)
            .Replace("@low@", "\\udd34", StringComparison.Ordinal).Replace("@text@", "\\\\u0000", StringComparison.Ordinal)
            .Replace("\"@huge@\"", "1e400", StringComparison.Ordinal)
            .Replace("\"@long@\"", "123456789012345678901234567890", StringComparison.Ordinal);
    }

    private static JsonNode? Value(Random random, JsonNode? known)
    {
        var text = known is JsonValue value && value.TryGetValue<string>(out var current) ? current : "x";
        return random.Next(18) switch
        {
            0 => null,
            1 => "",
            2 => 0,
            3 => -1,
            4 => "@huge@",
            5 => "@long@",
            6 => true,
            7 => new JsonArray(),
            8 => new JsonObject(),
            9 => new JsonArray("a", 1, null),
            10 => new JsonObject { ["a@nul@"] = "b@half@" },
            11 => $"{text}@nul@",
            12 => $"{text[..(text.Length / 2)]}@half@{text[(text.Length / 2)..]}",
            13 => $"@low@{text}",
            14 => $"^[@text@-]+$ {text}",
            15 => string.Concat(Enumerable.Repeat("🔴", random.Next(400, 3_000))),
            16 => new string('y', random.Next(1, 3)) + string.Concat(Enumerable.Repeat("한🔴", 4_000)),
            _ => "2026-13-45T99:99:99Z",
        };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.TrimStart() is ['{' or '[', ..] ? JsonNode.Parse(text) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<(JsonNode Parent, string Key)> Places(JsonNode? node)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)).ToList(),
            JsonArray items => items.Select((item, index) => ($"{index}", item)).ToList(),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            yield return (node!, key);
            foreach (var place in Places(child)) yield return place;
        }
    }

    private static void Put(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonObject members) members[key] = value;
        else ((JsonArray)parent)[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)] = value;
    }
}
