namespace ChatOps.EndToEnd.Architecture;

/// <summary>Lines of C# end at 140 characters. What stands in a raw string is data: its lines are as long as what they say.</summary>
public class LineLengthTests
{
    private const int Max = 140;

    [Fact]
    public void No_line_is_longer_than_140_characters() =>
        Assert.Equal("", string.Join(
            '\n', new[] { "src", "jobs", "tests" }.SelectMany(folder => Repository.Sources("*.cs", folder)).SelectMany(TooLong)));

    private static IEnumerable<string> TooLong(string file)
    {
        var raw = false;
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var quotes = line.Split("\"\"\"").Length - 1;
            if (line.Length > Max && !raw && quotes == 0)
                yield return $"{Path.GetRelativePath(Repository.Root, file)}:{number} has {line.Length}";
            if (quotes % 2 == 1) raw = !raw;
        }
    }
}
