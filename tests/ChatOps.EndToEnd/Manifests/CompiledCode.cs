using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>What compiled code does, read from its IL: whom a method calls, which fields and texts it loads.</summary>
internal static class CompiledCode
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Every method that some method of an assembly calls.</summary>
    public static IReadOnlySet<MethodBase> CalledBy(Assembly assembly) =>
        assembly.GetTypes().SelectMany(MethodsOf).SelectMany(Read).OfType<MethodBase>().ToHashSet();

    /// <summary>
    /// What a method uses, itself and through the methods of its own class and of the classes the compiler made within it (async,
    /// iterators,
    /// lambdas): methods, fields, and texts.
    /// </summary>
    public static IReadOnlyList<object> UsedBy(MethodBase method)
    {
        var home = method.DeclaringType!;
        var seen = new HashSet<MethodBase>();
        var waiting = new Stack<MethodBase>([method]);
        var used = new List<object>();
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next)) continue;
            if (next.GetCustomAttribute<StateMachineAttribute>() is { } machine)
                foreach (var step in MethodsOf(machine.StateMachineType)) waiting.Push(step);
            foreach (var item in Read(next))
            {
                used.Add(item);
                if (item is MethodBase { DeclaringType: { } type } called && (Plain(type) == home || Plain(type).DeclaringType == home))
                    waiting.Push(Plain(called));
            }
        }

        return used;
    }

    private static Type Plain(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    private static MethodBase Plain(MethodBase method) =>
        method is MethodInfo { IsConstructedGenericMethod: true } made ? made.GetGenericMethodDefinition() : method;

    private static IEnumerable<MethodBase> MethodsOf(Type type) => [.. type.GetMethods(Everything), .. type.GetConstructors(Everything)];

    private static IEnumerable<object> Read(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) yield break;
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? Codes[(short)((il[at] << 8) | il[at + 1])] : Codes[il[at]];
            at += code.Size;
            object? item = code.OperandType switch
            {
                OperandType.InlineMethod => method.Module.ResolveMethod(BitConverter.ToInt32(il, at), ofType, ofMethod),
                OperandType.InlineField => method.Module.ResolveField(BitConverter.ToInt32(il, at), ofType, ofMethod),
                OperandType.InlineString => method.Module.ResolveString(BitConverter.ToInt32(il, at)),
                OperandType.InlineTok => method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod),
                _ => null,
            };
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            if (item is not null) yield return item;
        }
    }
}
