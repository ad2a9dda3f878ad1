using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using ChatOps.Kernel.Filters;
using Microsoft.Extensions.Options;

namespace ChatOps.Bot;

/// <summary>
/// Holds what is configured below <c>ChatOps</c> against the options that are read from it. By itself the binder passes over a misspelt
/// key, and stops at the first value that it cannot read, with a stack.
/// </summary>
internal static class SettingsCheck
{
    private const string Root = "ChatOps";

    /// <summary>Settings that are read by name and belong to no options.</summary>
    private static readonly string[] Others = ["ChatOps:PolicyPath"];

    /// <summary>
    /// Checks all settings. A value that cannot be read is replaced by the default, so that the options are bound all the same and their
    /// own faults are found in the same start.
    /// </summary>
    /// <param name="services">The product's; options whose type has a constant <c>Section</c> are read from that section.</param>
    /// <param name="configuration">What is configured.</param>
    public static SettingsReport Run(IServiceCollection services, IConfiguration configuration)
    {
        var sections = Sections(services);
        var known = Others.Concat(sections.Keys).ToList();
        var walk = new Walk(configuration, sections, known);
        walk.Section(configuration.GetSection(Root), type: null, sample: null);
        return new SettingsReport(walk.Faults, walk.Doubts);
    }

    /// <summary>The options types by their section.</summary>
    internal static IReadOnlyDictionary<string, Type> Sections(IServiceCollection services)
    {
        var sections = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services.Select(service => service.ServiceType).Where(type => type.IsGenericType
            && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)))
        {
            var options = service.GetGenericArguments()[0];
            if (options.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is string section)
                sections[section] = options;
        }

        return sections;
    }

    private sealed class Walk(IConfiguration configuration, IReadOnlyDictionary<string, Type> sections, IReadOnlyList<string> known)
    {
        public List<string> Faults { get; } = [];

        public List<string> Doubts { get; } = [];

        /// <param name="section">Where.</param>
        /// <param name="type">The options read from it; null when it only holds sections.</param>
        /// <param name="sample">Options of that type with their defaults; null where there are none.</param>
        public void Section(IConfigurationSection section, Type? type, object? sample)
        {
            foreach (var child in section.GetChildren())
            {
                var property = type?.GetProperty(
                    child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
                if (property is not null && IsSetting(property))
                    Value(child, property.PropertyType, sample is null ? null : property.GetValue(sample));
                else if (sections.TryGetValue(child.Path, out var options)) Section(child, options, Sample(options));
                else if (known.Any(path => path.StartsWith(child.Path + ":", StringComparison.OrdinalIgnoreCase)))
                    Section(child, type: null, sample: null);
                else if (!known.Contains(child.Path, StringComparer.OrdinalIgnoreCase)) Unknown(child, type);
            }
        }

        private void Value(IConfigurationSection section, Type type, object? usual)
        {
            if (ItemOf(type) is { } item)
            {
                foreach (var child in section.GetChildren()) Value(child, item, IsScalar(item) ? null : Sample(item));
            }
            else if (IsScalar(type)) Scalar(section, type, usual);
            else Section(section, type, usual ?? Sample(type));
        }

        private void Scalar(IConfigurationSection section, Type type, object? usual)
        {
            if (section.GetChildren().FirstOrDefault() is { } below)
                Doubts.Add($"{below.Path} has no effect: {section.Path} is one value.");
            if (section.Value is not { } text || (text.Length == 0 && Nullable.GetUnderlyingType(type) is not null)) return;
            var plain = Nullable.GetUnderlyingType(type) ?? type;
            var converter = TypeDescriptor.GetConverter(plain);
            try
            {
                _ = converter.ConvertFromInvariantString(text);
                // .NET reads a number alone as days, which nobody means who writes 30.
                if (plain == typeof(TimeSpan) && text.Trim().All(char.IsAsciiDigit) && text.Trim() != "0")
                    Faults.Add(
                        $"{section.Path} is '{text}', which would be that many days. Write 00:00:30 for 30 seconds or 30.00:00:00 for " +
                        "30 days.");
            }
            catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException
                or NotSupportedException || unreadable.InnerException is FormatException or OverflowException)
            {
                Faults.Add($"{section.Path} is '{text}', {Expected(plain)}.");
                configuration[section.Path] = usual is null
                    ? plain.IsValueType ? converter.ConvertToInvariantString(Activator.CreateInstance(plain)) : null
                    : converter.ConvertToInvariantString(usual);
            }
        }

        private void Unknown(IConfigurationSection section, Type? type)
        {
            var parent = section.Path[..^(section.Key.Length + 1)];
            var names = known
                .Where(path => path.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase))
                .Select(path => path[(parent.Length + 1)..].Split(':')[0])
                .Concat(type?.GetProperties().Where(IsSetting).Select(property => property.Name) ?? [])
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .ToList();
            // 'Token' is meant for one of the tokens, however many letters are missing.
            var nearest = NearestText.Of(section.Key, names)
                ?? names.FirstOrDefault(name => name.EndsWith(section.Key, StringComparison.OrdinalIgnoreCase));
            Doubts.Add($"{section.Path} is not known and has no effect. " + (nearest is null
                ? $"Known are {string.Join(", ", names.Order(StringComparer.Ordinal))}."
                : $"Did you mean {parent}:{nearest}?"));
        }

        /// <summary>Lists are filled and have no setter; what else has none is computed.</summary>
        private static bool IsSetting(PropertyInfo property) => property.CanWrite || ItemOf(property.PropertyType) is not null;

        private static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

        /// <summary>What a list or a dictionary holds; null for what is neither.</summary>
        private static Type? ItemOf(Type type)
        {
            if (type == typeof(string)) return null;
            if (type.IsArray) return type.GetElementType();
            var interfaces = type.GetInterfaces().Prepend(type).Where(face => face.IsGenericType).ToList();
            if (interfaces.FirstOrDefault(face => face.GetGenericTypeDefinition() == typeof(IDictionary<,>)
                || face.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) is { } pairs) return pairs.GetGenericArguments()[1];
            return typeof(IEnumerable).IsAssignableFrom(type)
                ? interfaces.FirstOrDefault(face => face.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0]
                : null;
        }

        private static object? Sample(Type type) =>
            type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);

        private static string Expected(Type type) => Type.GetTypeCode(type) switch
        {
            _ when type == typeof(TimeSpan) => "which is no time span such as 01:00:00",
            _ when type.IsEnum => $"but must be one of {string.Join(", ", Enum.GetNames(type))}",
            TypeCode.Boolean => "but must be true or false",
            TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64
                or TypeCode.UInt64 => "which is no whole number",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "which is no number",
            _ when type == typeof(Uri) => "which is no address such as https://example.com/",
            _ => string.Create(CultureInfo.InvariantCulture, $"which is no {type.Name}"),
        };
    }
}

/// <summary>What is wrong with the settings.</summary>
/// <param name="Faults">Values that cannot be read: they stop the start. A line each.</param>
/// <param name="Doubts">
/// Settings that have no effect, a line each. They do not stop the start: a setting that a later version drops would keep it from starting.
/// </param>
internal sealed record SettingsReport(IReadOnlyList<string> Faults, IReadOnlyList<string> Doubts);
