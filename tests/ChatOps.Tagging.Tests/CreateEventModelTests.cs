namespace ChatOps.Tagging.Tests;

/// <summary>
/// Every row of the table against an extract of AWS's own service models (<c>data/service-models.tsv</c>): the call exists, and what the
/// row reads is a field of its request or answer.
/// </summary>
public sealed class CreateEventModelTests
{
    /// <summary>A service that AWS has closed.</summary>
    private static readonly HashSet<string> NotInModels = ["opsworks"];

    /// <summary>What CloudTrail calls otherwise than the model (<c>Bucket</c>), as seen in events.</summary>
    private static readonly HashSet<string> OwnNames = ["requestParameters.bucketName"];

    private static readonly ILookup<(string Source, string Call), (string[] Request, string[] Answer)> Models =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "service-models.tsv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).ToLookup(
                columns => (columns[0], columns[1]), columns => (columns[2].Split(' '), columns[3].Split(' ')));

    [Fact]
    public void Every_call_exists() => Assert.All(
        CreateEventTable.Shipped.Rows.Where(row => !NotInModels.Contains(row.Source)),
        row => Assert.True(Models.Contains((row.Source, CreateEventTable.Undated(row.Name))), $"{row.Source} {row.Name}"));

    [Fact]
    public void Every_id_is_a_field_of_the_request_or_the_answer()
    {
        var wrong = CreateEventTable.Shipped.Rows.Where(row => !NotInModels.Contains(row.Source))
            .Where(row => !row.IdPaths.Any(path => OwnNames.Contains(path) || Exists(row, path)))
            .Select(row => $"{row.Source} {row.Name}: {string.Join('|', row.IdPaths)}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_name_is_a_field_of_the_request_or_the_answer()
    {
        var wrong = CreateEventTable.Shipped.Rows.Where(row => !NotInModels.Contains(row.Source) && row.NamePaths.Count > 0)
            .Where(row => !row.NamePaths.Any(path => Exists(row, path)))
            .Select(row => $"{row.Source} {row.Name}: {string.Join('|', row.NamePaths)}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void An_ARN_that_is_made_names_the_service_and_has_all_its_parts() => Assert.Empty(
        CreateEventTable.Shipped.Rows.Where(row => row.Arn.StartsWith("arn:", StringComparison.Ordinal))
            .Where(row => !CreateEvent.IsValid(row.Arn.Replace("{p}", "aws", StringComparison.Ordinal)
                .Replace("{r}", "us-east-1", StringComparison.Ordinal).Replace("{a}", "111122223333", StringComparison.Ordinal)
                .Replace("{id}", "x", StringComparison.Ordinal)))
            .Select(row => row.Arn));

    /// <summary>CloudTrail writes lists and the wrapper of a query's result as it likes: the end of the path decides.</summary>
    private static bool Exists(CreateEvent row, string path)
    {
        var isRequest = path.StartsWith("requestParameters.", StringComparison.Ordinal);
        var field = path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..].ToLowerInvariant()
            .Replace("[]", "", StringComparison.Ordinal);
        var last = field[(field.LastIndexOf('.') + 1)..];
        return Models[(row.Source, CreateEventTable.Undated(row.Name))].Any(model => (isRequest ? model.Request : model.Answer)
            .Select(known => known.Replace("[]", "", StringComparison.Ordinal))
            .Any(known => known == field || known.EndsWith("." + field, StringComparison.Ordinal) || known == last
                || known.EndsWith("." + last, StringComparison.Ordinal)));
    }
}
