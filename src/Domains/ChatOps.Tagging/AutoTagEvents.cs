using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>What <c>autotag.yaml</c> adds to the table of create calls, or corrects in it.</summary>
/// <param name="Rows">Rows, each in the place of all that ship for the same call.</param>
internal sealed record AutoTagEvents(IReadOnlyList<CreateEvent> Rows)
{
    /// <summary>The file.</summary>
    public const string File = "autotag.yaml";

    /// <summary>Reads the file; what is wrong is reported with its line.</summary>
    public static AutoTagEvents Read(PolicyMap root) => new([.. root.Maps("events").Select(Row).OfType<CreateEvent>()]);

    private static CreateEvent? Row(PolicyMap map)
    {
        var (source, name) = (map.Required("source"), map.Required("event"));
        var (id, arn, type) = (map.Required("id"), map.Text("arn") ?? "{id}", map.Required("type"));
        var tagging = map.Text("tagging") ?? "yes";
        var (when, updates, called) = (map.Text("when") ?? "", map.Flag("updates", false), map.Text("name") ?? "");
        if (source.Length == 0 || name.Length == 0 || id.Length == 0 || type.Length == 0) return null;
        try
        {
            return CreateEvent.Of(
                source.Replace(".amazonaws.com", "", StringComparison.Ordinal), name, when, id, arn, type, tagging, updates, called);
        }
        catch (FormatException fault)
        {
            map.Fault("event", $"{source} {name}: {fault.Message}");
            return null;
        }
    }
}
