using System.Xml.Linq;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Storage;

public sealed class ProtectionKeysTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_replicas_that_start_together_one_makes_the_key_for_all(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var time = new FakeTimeProvider();
        var replicas = Enumerable.Range(0, 4).Select(_ => new ProtectionKeys(test.Database, time)).ToList();

        await Task.WhenAll(
            replicas.Select((keys, i) => Task.Run(() => keys.StoreElement(new XElement("key", new XAttribute("id", i)), $"key-{i}"))));

        var stored = replicas.Select(keys => string.Join(',', keys.GetAllElements().Select(key => key.ToString()))).Distinct();
        Assert.Matches("^<key id=\"[0-3]\" />$", Assert.Single(stored));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_next_key_is_kept_beside_the_first(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var time = new FakeTimeProvider();
        var keys = new ProtectionKeys(test.Database, time);
        keys.StoreElement(new XElement("key", "first"), "key-1");
        time.Advance(TimeSpan.FromDays(88));
        keys.StoreElement(new XElement("key", "second"), "key-2");

        Assert.Equal(["first", "second"], keys.GetAllElements().Select(key => key.Value));
    }
}
