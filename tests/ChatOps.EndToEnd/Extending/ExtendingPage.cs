namespace ChatOps.EndToEnd.Extending;

/// <summary>What docs/extending.md tells a newcomer to write: whole files, and lines to add to files that exist.</summary>
/// <param name="Files">New files by their path in the repository.</param>
/// <param name="Additions">Lines to add, in the order of the page.</param>
internal sealed record ExtendingPage(IReadOnlyList<KeyValuePair<string, string>> Files, IReadOnlyList<Addition> Additions)
{
    private const string Fence = "```";

    /// <summary>Reads the blocks whose fence names a file: <c>```csharp src/…</c> is that file, <c>```diff src/…</c> adds to it.</summary>
    public static ExtendingPage Read(IEnumerable<string> lines)
    {
        var files = new List<KeyValuePair<string, string>>();
        var additions = new List<Addition>();
        (string Language, string Path)? open = null;
        var block = new List<string>();
        foreach (var line in lines)
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                block.Add(line);
                continue;
            }

            if (open is ("diff", var changed)) additions.Add(Addition.Read(changed, block));
            else if (open is (_, { Length: > 0 } path)) files.Add(new(path, string.Join('\n', block) + "\n"));
            open = open is null && line[Fence.Length..].Split(' ', 2) is [var language, var named] ? (language, named.Trim()) : null;
            block.Clear();
        }

        return new ExtendingPage(files, additions);
    }

    /// <summary>Does what the page says.</summary>
    /// <param name="root">The repository to do it in.</param>
    public void ApplyTo(string root)
    {
        foreach (var (path, content) in Files)
        {
            var file = Path.Combine(root, path);
            Assert.False(File.Exists(file), $"docs/extending.md creates {path}, which exists.");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        foreach (var addition in Additions)
        {
            var file = Path.Combine(root, addition.Path);
            File.WriteAllText(file, addition.ApplyTo(File.ReadAllText(file)));
        }
    }
}

/// <summary>Lines to add to a file below lines that are there.</summary>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Below">The lines to find, which stand in the file together and once.</param>
/// <param name="Added">The lines to add.</param>
internal sealed record Addition(string Path, IReadOnlyList<string> Below, IReadOnlyList<string> Added)
{
    public static Addition Read(string path, IReadOnlyList<string> diff)
    {
        Assert.All(diff, line => Assert.Matches("^[ +]", line));
        return new Addition(
            path,
            [.. diff.TakeWhile(line => line[0] == ' ').Select(line => line[1..])],
            [.. diff.SkipWhile(line => line[0] == ' ').Select(line => line[1..])]);
    }

    public string ApplyTo(string content)
    {
        var below = string.Join('\n', Below) + "\n";
        var at = $"\n{content}".Split($"\n{below}");
        Assert.True(
            at.Length == 2, $"docs/extending.md adds to {Path} below these lines, which stand there {at.Length - 1} times:\n{below}");
        return content.Replace(below, below + string.Join('\n', Added) + "\n", StringComparison.Ordinal);
    }
}
