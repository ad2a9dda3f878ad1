using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ChatOps.EndToEnd.Manifests;
using ChatOps.Platform.Ingest;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>All domains have one shape, one front door, and a README that is true.</summary>
public sealed partial class DomainShapeTests
{
    private static readonly Lazy<(IReadOnlyList<IEventReader> Readers, IReadOnlyList<SlackRegistration> Registered)> Bot = new(() =>
    {
        var app = Product.Build();
        try
        {
            return ([.. app.Services.GetServices<IEventReader>()], [.. app.Services.GetRequiredService<SlackRegistry>()]);
        }
        finally
        {
            ((IDisposable)app).Dispose();
        }
    });

    public static TheoryData<string> Domains =>
        [.. Directory.EnumerateDirectories(Repository.At("src", "Domains")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Domains))]
    public void Every_domain_has_the_same_files(string domain) => Assert.Empty(DomainShape.Faults(Repository.At("src", "Domains", domain)));

    [Theory]
    [MemberData(nameof(Domains))]
    public void Only_the_contracts_and_the_feature_are_public(string domain)
    {
        var declared = DomainShape.Contracts(Repository.At("src", "Domains", domain)).Append(domain["ChatOps.".Length..] + "Feature");
        var seen = Assembly.Load(domain).GetExportedTypes().Where(type => !type.IsNested).Select(PlainName);

        Assert.Empty(seen.Except(declared));
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void A_readme_is_short_and_names_what_exists(string domain)
    {
        var readme = File.ReadAllText(Repository.At("src", "Domains", domain, "README.md"));
        var assembly = Assembly.Load(domain);
        var kinds = Bot.Value.Readers.Where(reader => reader.GetType().Assembly == assembly).SelectMany(reader => reader.Kinds).Distinct();
        var commands = Bot.Value.Registered.Where(entry => entry.Kind == InteractionKind.Command && entry.HandlerType.Assembly == assembly)
            .Select(entry => entry.Id);
        var ids = Bot.Value.Registered.Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(readme.Split('\n').Length, 8, 30);
        Assert.All(commands, command => Assert.Contains($"`{command}`", readme, StringComparison.Ordinal));
        // CloudTrail's calls are of a hundred services: there the kind of event is enough.
        Assert.All(kinds, kind => Assert.True(
            readme.Contains($"`{kind}`", StringComparison.Ordinal) || readme.Contains($"`{kind.Split('/')[^1]}`", StringComparison.Ordinal),
            $"README.md does not name {kind}"));
        Assert.Empty(NamedIn(readme, "Buttons").Except(ids));
        Assert.Empty(NamedIn(readme, "Tables").Except(DomainShape.Tables(Repository.At("src", "Domains", domain))));
    }

    [Fact]
    public void No_two_types_have_one_name()
    {
        var twice = OfTheProduct().Where(type => !type.IsNested && type.Name != "DomainAssembly").GroupBy(type => type.Name)
            .Where(types => types.Count() > 1)
            .Select(types => string.Join(", ", types.Select(type => type.FullName)));

        Assert.Empty(twice);
    }

    [Fact]
    public void A_constructor_takes_at_most_nine_parameters()
    {
        // A class with more collaborators does several things: part them. Records are data: what they are made of is listed, not handed
        // over.
        var longer = OfTheProduct().Concat(TypesOf([Assembly.Load("ChatOps.Sandbox")]))
            .Where(type => type.GetMethod("<Clone>$") is null && !type.IsValueType)
            .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(constructor => constructor.GetParameters().Length > 9)
            .Select(constructor => $"{constructor.DeclaringType!.Name} takes {constructor.GetParameters().Length}");

        Assert.Empty(longer);
    }

    private static IEnumerable<Type> OfTheProduct() =>
        TypesOf(Product.Domains.Concat([Product.Bot, Product.Jobs, Product.Aws, Product.Slack, typeof(SubjectId).Assembly]).Distinct());

    /// <summary>What people wrote: nothing that the compiler or a generator made.</summary>
    private static IEnumerable<Type> TypesOf(IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type =>
            type.Namespace?.StartsWith("ChatOps.", StringComparison.Ordinal) == true
            && !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.Contains('<'));

    private static string PlainName(Type type) => type.Name.Split('`')[0];

    private static IEnumerable<string> NamedIn(string readme, string section) =>
        Id().Matches(Section(readme, section)).Select(match => match.Groups["id"].Value);

    /// <summary>The line of a README that begins with a word in bold, up to the next.</summary>
    private static string Section(string readme, string name)
    {
        var from = readme.IndexOf($"- **{name}**", StringComparison.Ordinal);
        if (from < 0) return "";
        var to = readme.IndexOf("\n- **", from + 1, StringComparison.Ordinal);
        return to < 0 ? readme[from..].Split("\n\n")[0] : readme[from..to];
    }

    [GeneratedRegex("`(?<id>[a-z][a-z0-9_.-]+)`")]
    private static partial Regex Id();
}
