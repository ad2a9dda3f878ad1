namespace ChatOps.Slack.Blocks;

/// <summary>Content that Slack would refuse and that cannot be cut to fit.</summary>
public sealed class BlockKitException : Exception
{
    /// <summary>Names the place and the fault.</summary>
    public BlockKitException(string path, string fault)
        : base($"{path}: {fault}") => (Path, Fault) = (path, fault);

    /// <summary>Where, such as <c>blocks[3].elements[1].value</c>.</summary>
    public string Path { get; }

    /// <summary>What is wrong there.</summary>
    public string Fault { get; }
}
