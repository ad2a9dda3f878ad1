namespace ChatOps.Kernel;

/// <summary>
/// A fault whose cause we know: shown to the person as it is, in their language, logged at information. The text says what happened and
/// what to do next.
/// </summary>
/// <param name="key">The key of the text.</param>
/// <param name="values">Its placeholders.</param>
public class UserFacingException(string key, params (string Name, object? Value)[] values) : Exception(key)
{
    /// <summary>The key of the text.</summary>
    public string Key { get; } = key;

    /// <summary>Its placeholders.</summary>
    public IReadOnlyList<(string Name, object? Value)> Values { get; } = values;
}
