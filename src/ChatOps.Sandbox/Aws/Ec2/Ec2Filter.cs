using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ec2;

/// <summary>
/// EC2's <c>Filter.N.Name</c> / <c>Filter.N.Value.M</c>: filters join with AND, values with OR, <c>*</c> stands for anything.
/// </summary>
internal static class Ec2Filter
{
    /// <param name="form">The request.</param>
    /// <param name="resources">What is filtered.</param>
    /// <param name="value">A resource's value of a filter; null when there is no such filter. Tags are known already.</param>
    public static IEnumerable<T> Apply<T>(FormParameters form, IEnumerable<T> resources, Func<T, string, string?> value)
        where T : AwsResource
    {
        foreach (var filter in form.Members("Filter"))
        {
            var (name, requested) = (filter.Required("Name"), filter.Values("Value"));
            resources = resources.Where(r => Values(r, name, value).Any(v => requested.Any(w => Like(v, w))));
        }

        return resources;
    }

    public static XElement? TagSet(AwsResource resource) => resource.Tags.Count == 0
        ? null
        : new XElement(
            "tagSet", resource.Tags.Select(t => new XElement("item", new XElement("key", t.Key), new XElement("value", t.Value))));

    private static string[] Values<T>(T resource, string name, Func<T, string, string?> value)
        where T : AwsResource
    {
        if (name == "tag-key")
            return [.. resource.Tags.Keys];
        if (name.StartsWith("tag:", StringComparison.Ordinal))
            return resource.Tags.TryGetValue(name[4..], out var tag) ? [tag] : [];
        return [value(resource, name) ?? throw new AwsFault("InvalidParameterValue", $"The filter '{name}' is invalid")];
    }

    private static bool Like(string value, string requested) => requested.Contains('*', StringComparison.Ordinal)
        ? System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(requested, value, ignoreCase: false)
        : value == requested;
}
