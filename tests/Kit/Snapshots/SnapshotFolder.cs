using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Kit;

/// <summary>
/// Agreed renderings in a folder beside the code: of each <c>NAME.json</c>, the structure, and <c>NAME.en.txt</c>, <c>NAME.ko.txt</c>,
/// its texts. Run tests with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.
/// </summary>
public sealed class SnapshotFolder(string path)
{
    /// <summary>The folder <c>snapshots</c> beside the file that asks.</summary>
    public static SnapshotFolder Beside([CallerFilePath] string file = "") => new(Path.Combine(Path.GetDirectoryName(file)!, "snapshots"));

    /// <summary>Fails if what is rendered, by language, is not what was agreed.</summary>
    public void Check(string name, IReadOnlyDictionary<string, JsonNode> rendered)
    {
        var snapshot = Snapshot.Of(rendered);
        Check($"{name}.json", snapshot.StructureText());
        foreach (var (language, table) in snapshot.Tables) Check($"{name}.{language}.txt", table);
    }

    /// <summary>Fails if there are files of other names than these.</summary>
    public void CheckNothingElse(IEnumerable<string> names, IEnumerable<string> languages)
    {
        var expected = names.SelectMany(name => languages.Select(language => $"{name}.{language}.txt").Append($"{name}.json")).ToHashSet();
        Assert.DoesNotContain(Directory.EnumerateFiles(path).Select(Path.GetFileName), file => !expected.Contains(file!));
    }

    private void Check(string name, string rendered)
    {
        var file = Path.Combine(path, name);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(file, rendered);
        }

        Assert.True(File.Exists(file), $"There is no snapshot {name} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        var agreed = File.ReadAllText(file).Split('\n');
        var now = rendered.Split('\n');
        var at = agreed.Zip(now).TakeWhile(lines => lines.First == lines.Second).Count();
        Assert.True(
            at == agreed.Length && at == now.Length,
            $"{name}, line {at + 1}:\nagreed:   {agreed.ElementAtOrDefault(at)}\nrendered: {now.ElementAtOrDefault(at)}");
    }
}
