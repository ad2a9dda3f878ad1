using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChatOps.EndToEnd;

namespace ChatOps.Tagging.Tests;

/// <summary>
/// What <c>manifest/aws</c> has for automatic tagging, made of the tables of calls: the rules that let their events through, and the
/// actions by which their services tag.
/// </summary>
internal static class CreationManifest
{
    /// <summary>EventBridge takes patterns of so many characters.</summary>
    private const int MaxPattern = 2000;

    /// <summary>A managed policy takes so many.</summary>
    private const int MaxPolicy = 5800;

    private const int MaxLine = 120;

    /// <summary>Services with calls of these verbs that are frequent and create nothing: theirs are named one by one.</summary>
    private static readonly string[] Exact = ["ec2", "logs", "kms", "glue", "athena", "servicediscovery", "s3", "sts"];

    private static readonly string[] Verbs = ["Create", "Delete"];

    private static readonly string[] ForwardedVerbs =
    [
        "Allocate", "Clone", "Copy", "Create", "Delete", "Deregister", "Import", "Register", "Release", "Request", "Restore", "Terminate",
    ];

    /// <summary>Every call of the tables: source and name.</summary>
    public static IReadOnlyList<(string Source, string Name)> Calls { get; } =
    [
        .. CreateEventTable.Shipped.Rows.Select(row => (row.Source, row.Name))
            .Concat(DeleteEventTable.Shipped.Rows.Select(row => (row.Source, row.Name))).Distinct()
            .OrderBy(call => call.Source, StringComparer.Ordinal).ThenBy(call => call.Name, StringComparer.Ordinal),
    ];

    /// <summary>The rules of intake.yaml.</summary>
    public static string Rules()
    {
        var yaml = new StringBuilder();
        var number = 0;
        foreach (var (sources, names) in Patterns())
        {
            number++;
            yaml.Append(CultureInfo.InvariantCulture, $"  Calls{number}:\n")
                .Append("    Type: AWS::Events::Rule\n    Properties:\n      EventBusName: !Ref Bus\n")
                .Append("      Description: Created and deleted - ").Append(Described(sources)).Append('\n')
                .Append("      EventPattern:\n        detail-type: [AWS API Call via CloudTrail]\n        detail:\n")
                .Append("          errorCode: [{ exists: false }]\n");
            List(yaml, "          eventSource: [", [.. sources.Select(source => source + ".amazonaws.com")]);
            List(yaml, "          eventName: [", names);
            yaml.Append(
                """
                      Targets:
                        - Id: chatops
                          Arn: !If [ByHttps, !GetAtt Destination.Arn, !GetAtt Queue.Arn]
                          RoleArn: !If [ByHttps, !GetAtt DestinationRole.Arn, !Ref AWS::NoValue]
                          DeadLetterConfig: { Arn: !GetAtt DeadLetters.Arn }
                          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 }


                """.ReplaceLineEndings("\n"));
        }

        return yaml.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The names that member.yaml forwards.</summary>
    public static string Forwarded()
    {
        var names = ForwardedVerbs.Select(verb => $"            - prefix: {verb}\n")
            .Concat(Calls.Select(call => call.Name)
                .Where(name => !ForwardedVerbs.Any(verb => name.StartsWith(verb, StringComparison.Ordinal)))
                .Distinct().Order(StringComparer.Ordinal).Select(name => $"            - {name}\n"));
        return string.Concat(names);
    }

    /// <summary>By which actions the services of the table tag and untag.</summary>
    public static IReadOnlyList<(string Source, IReadOnlyList<string> Tag, IReadOnlyList<string> Untag)> Actions { get; } =
    [
        .. File.ReadLines(Repository.At("tests", "ChatOps.Tagging.Tests", "data", "tag-actions.tsv"))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split('\t'))
            .Select(columns => (columns[0], Split(columns[1]), Split(columns[2]))),
    ];

    /// <summary>The policies of member.yaml by which the bot tags.</summary>
    public static string Policies()
    {
        var actions = Actions.SelectMany(row => row.Tag.Concat(row.Untag))
            .Where(action => !action.StartsWith("apigateway:", StringComparison.Ordinal))
            .Append("tag:TagResources").Append("tag:UntagResources")
            .Distinct().Order(StringComparer.Ordinal).ToList();
        var parts = new List<List<string>> { new() };
        foreach (var action in actions)
        {
            if (parts[^1].Sum(item => item.Length + 3) + action.Length > MaxPolicy / 2.2) parts.Add([]);
            parts[^1].Add(action);
        }

        string[] names = ["TagPolicy", "TagMorePolicy", "TagOtherPolicy"];
        Assert.True(parts.Count <= names.Length, $"{parts.Count} policies for {actions.Count} actions");
        var yaml = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {names[i]}:\n")
                .Append("    Type: AWS::IAM::ManagedPolicy\n    Condition: Tags\n    Properties:\n")
                .Append(CultureInfo.InvariantCulture, $"      Description: What ChatOps may tag, {i + 1} of {names.Length}\n")
                .Append("      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n")
                .Append("          - Effect: Allow\n            Action:\n");
            foreach (var action in i < parts.Count ? parts[i] : [])
                yaml.Append(CultureInfo.InvariantCulture, $"              - {action}\n");
            yaml.Append("            Resource: \"*\"\n");
            if (i == names.Length - 1)
                yaml.Append(
                    """
                              # API Gateway writes its tags with the verbs of HTTP: only below /tags.
                              - Sid: ApiGateway
                                Effect: Allow
                                Action: [apigateway:PUT, apigateway:POST, apigateway:DELETE]
                                Resource: !Sub "arn:${AWS::Partition}:apigateway:*::/tags/*"

                    """.ReplaceLineEndings("\n"));
            yaml.Append('\n');
        }

        return yaml.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>A generated part of a file, between its marks.</summary>
    public static string PartOf(string text, string mark) => Part(text, mark) is var (start, end) ? text[start..end] : "";

    /// <summary>The file with that part anew.</summary>
    public static string With(string text, string mark, string part) =>
        Part(text, mark) is var (start, end) ? string.Concat(text.AsSpan(0, start), part, text.AsSpan(end)) : text;

    private static (int Start, int End) Part(string text, string mark)
    {
        var begin = Regex.Match(text, $@"^ *# begin: {Regex.Escape(mark)}\n", RegexOptions.Multiline);
        var end = Regex.Match(text, $@"^ *# end: {Regex.Escape(mark)}\n", RegexOptions.Multiline);
        Assert.True(begin.Success && end.Success, mark);
        return (begin.Index + begin.Length, end.Index);
    }

    private static IEnumerable<(List<string> Sources, List<string> Names)> Patterns()
    {
        // Exact, a service with many in patterns of its own; a pattern lets every name of it through for every source of it.
        var bySource = Calls.GroupBy(call => call.Source).ToList();
        foreach (var service in bySource.Where(group => Exact.Contains(group.Key)))
        {
            var names = new List<string>();
            foreach (var call in service)
            {
                if (Length([service.Key], [.. names, call.Name]) > MaxPattern)
                {
                    yield return ([service.Key], names);
                    names = [];
                }

                names.Add(call.Name);
            }

            yield return ([service.Key], names);
        }

        List<string> sources = [], others = [.. Verbs.Select(Prefix)];
        foreach (var service in bySource.Where(group => !Exact.Contains(group.Key)))
        {
            var odd = service.Select(call => call.Name).Where(name => !Verbs.Any(verb => name.StartsWith(verb, StringComparison.Ordinal)))
                .Where(name => !others.Contains(name)).ToList();
            if (Length([.. sources, service.Key], [.. others, .. odd]) > MaxPattern)
            {
                yield return (sources, others);
                (sources, others) = ([], [.. Verbs.Select(Prefix)]);
                odd = [.. service.Select(call => call.Name).Where(name => !Verbs.Any(
                    verb => name.StartsWith(verb, StringComparison.Ordinal)))];
            }

            sources.Add(service.Key);
            others.AddRange(odd);
        }

        yield return (sources, others);
    }

    private static string Prefix(string verb) => $"{{ prefix: {verb} }}";

    private static int Length(IReadOnlyList<string> sources, IReadOnlyList<string> names) =>
        120 + sources.Sum(source => source.Length + 17) + names.Sum(name => name.Length + 7);

    private static string Described(List<string> sources) =>
        sources.Count == 1 ? sources[0] : $"{sources[0]} to {sources[^1]}";

    private static void List(StringBuilder yaml, string head, List<string> items)
    {
        var line = head;
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i] + (i < items.Count - 1 ? "," : "]");
            if (line.Length + item.Length + 1 > MaxLine)
            {
                yaml.Append(line.TrimEnd()).Append('\n');
                line = "            ";
            }

            line += item + " ";
        }

        yaml.Append(line.TrimEnd()).Append('\n');
    }

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
