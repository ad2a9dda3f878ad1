using System.Collections.Concurrent;
using System.Reflection;

namespace ChatOps.Tests.Kit;

/// <summary>
/// Plays an interface at the edge: what a test has given an answer for is answered and recorded, anything else fails the test.
/// For the AWS SDK's client interfaces, whose hundreds of members nobody writes out.
/// </summary>
public class Played<T> : DispatchProxy
    where T : class
{
    private readonly Dictionary<string, Func<object?[], object?>> _answers = [];

    /// <summary>The calls, in order: method and first argument.</summary>
    public ConcurrentQueue<(string Method, object? Argument)> Calls { get; } = new();

    /// <summary>Sees every call before it is answered.</summary>
    public Action<string, object?[]>? Before { get; set; }

    public T Instance => (T)(object)this;

    /// <summary>Answers an asynchronous method by its first argument.</summary>
    public Played<T> On<TArgument, TResult>(string method, Func<TArgument, TResult> answer)
    {
        _answers[method] = arguments =>
        {
            try
            {
                return Task.FromResult(answer((TArgument)arguments[0]!));
            }
            catch (Exception fault)
            {
                return Task.FromException<TResult>(fault);
            }
        };
        return this;
    }

    /// <summary>Answers a property or plain method.</summary>
    public Played<T> Returns(string method, object? value)
    {
        _answers[method] = _ => value;
        return this;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        Calls.Enqueue((name, args is [var first, ..] ? first : null));
        Before?.Invoke(name, args ?? []);
        return _answers.TryGetValue(name, out var answer)
            ? answer(args ?? [])
            : throw new InvalidOperationException($"Nobody said what {typeof(T).Name}.{name} answers.");
    }
}

/// <summary>Makes them.</summary>
public static class Played
{
    public static Played<T> Of<T>()
        where T : class => (Played<T>)(object)DispatchProxy.Create<T, Played<T>>();
}
