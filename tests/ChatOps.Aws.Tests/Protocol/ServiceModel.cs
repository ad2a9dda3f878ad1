using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatOps.Aws.Tests;

/// <summary>An official service model (botocore's service-2.json), and whether a request is what it asks for.</summary>
internal sealed class ServiceModel
{
    private readonly JsonElement _model;

    private ServiceModel(JsonElement model) => _model = model;

    public JsonElement Metadata => _model.GetProperty("metadata");

    public static ServiceModel Load(string service)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Data.PathOf("aws-models", $"{service}.json")));
        return new ServiceModel(document.RootElement.Clone());
    }

    /// <summary>Everything that is wrong with a request, each with its place; empty when it is right.</summary>
    public IReadOnlyList<string> Faults(SeenRequest request, string operation)
    {
        var faults = new List<string>();
        if (!_model.GetProperty("operations").TryGetProperty(operation, out var model))
            return [$"the service has no operation {operation}"];
        var http = model.GetProperty("http");
        if (http.GetProperty("method").GetString() != request.Method)
            faults.Add($"the method is {request.Method}, not {http.GetProperty("method")}");
        var address = request.Path.Split('?', 2);
        if (http.GetProperty("requestUri").GetString() != address[0])
            faults.Add($"the path is {address[0]}, not {http.GetProperty("requestUri")}");
        CheckQuery(address is [_, var query] ? query : "", model.GetProperty("input").GetProperty("shape").GetString()!, faults);
        CheckProtocol(request, operation, faults);
        CheckSigningName(request, faults);
        using var body = JsonDocument.Parse(request.Body);
        Check(body.RootElement, model.GetProperty("input").GetProperty("shape").GetString()!, "$", faults);
        return faults;
    }

    private void CheckProtocol(SeenRequest request, string operation, List<string> faults)
    {
        var target = request.Headers.GetValueOrDefault("x-amz-target");
        var content = request.Headers.GetValueOrDefault("content-type");
        if (Metadata.GetProperty("protocol").GetString() == "json")
        {
            var expected = $"{Metadata.GetProperty("targetPrefix")}.{operation}";
            if (target != expected)
                faults.Add($"X-Amz-Target is {target}, not {expected}");
            if (content != $"application/x-amz-json-{Metadata.GetProperty("jsonVersion")}")
                faults.Add($"Content-Type is {content}");
        }
        else
        {
            if (target is not null)
                faults.Add("X-Amz-Target is set, but this service goes by paths");
            if (content != "application/json")
                faults.Add($"Content-Type is {content}");
        }
    }

    private void CheckQuery(string query, string inputName, List<string> faults)
    {
        var members = _model.GetProperty("shapes").GetProperty(inputName).GetProperty("members").EnumerateObject()
            .Where(member => member.Value.TryGetProperty("location", out var location) && location.GetString() == "querystring")
            .ToDictionary(
                member => member.Value.GetProperty("locationName").GetString()!, member => member.Value.GetProperty("shape").GetString()!);
        foreach (var (name, values) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query))
        {
            if (!members.TryGetValue(name, out var shape))
            {
                faults.Add($"?{name} is unknown");
                continue;
            }

            var text = _model.GetProperty("shapes").GetProperty(shape).GetProperty("type").GetString() == "string";
            using var value = JsonDocument.Parse(text ? JsonSerializer.Serialize(values.ToString()) : values.ToString());
            Check(value.RootElement, shape, $"?{name}", faults);
        }
    }

    private void CheckSigningName(SeenRequest request, List<string> faults)
    {
        var name = Metadata.TryGetProperty("signingName", out var signing)
            ? signing.GetString()
            : Metadata.GetProperty("endpointPrefix").GetString();
        if (!request.Headers.GetValueOrDefault("authorization", "").Contains($"/{name}/aws4_request", StringComparison.Ordinal))
            faults.Add($"the signature's scope does not name {name}");
    }

    private void Check(JsonElement value, string shapeName, string at, List<string> faults)
    {
        var shape = _model.GetProperty("shapes").GetProperty(shapeName);
        switch (shape.GetProperty("type").GetString())
        {
            case "structure":
                CheckStructure(value, shape, at, faults);
                break;
            case "list":
                if (Is(value, JsonValueKind.Array, at, faults))
                {
                    CheckBounds(value.GetArrayLength(), shape, at, faults);
                    var i = 0;
                    foreach (var item in value.EnumerateArray())
                        Check(item, shape.GetProperty("member").GetProperty("shape").GetString()!, $"{at}[{i++}]", faults);
                }
                break;
            case "map":
                CheckMap(value, shape, at, faults);
                break;
            case "string":
                CheckString(value, shape, at, faults);
                break;
            case "integer" or "long":
                if (Is(value, JsonValueKind.Number, at, faults))
                {
                    if (value.TryGetInt64(out var whole))
                        CheckBounds(whole, shape, at, faults);
                    else
                        faults.Add($"{at} is not a whole number");
                }
                break;
            case "double" or "float":
                if (Is(value, JsonValueKind.Number, at, faults))
                    CheckBounds(value.GetDouble(), shape, at, faults);
                break;
            case "boolean":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    faults.Add($"{at} is not a boolean");
                break;
            case "timestamp":
                CheckTimestamp(value, shape, at, faults);
                break;
            case var other:
                faults.Add($"{at}: this check does not know the type {other}");
                break;
        }
    }

    private void CheckStructure(JsonElement value, JsonElement shape, string at, List<string> faults)
    {
        if (!Is(value, JsonValueKind.Object, at, faults))
            return;
        var members = shape.GetProperty("members");
        if (shape.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                    faults.Add($"{at}.{name} is required");
            }
        }
        foreach (var member in value.EnumerateObject())
        {
            if (!members.TryGetProperty(member.Name, out var model))
                faults.Add($"{at}.{member.Name} is unknown");
            else if (model.TryGetProperty("location", out var location))
                faults.Add($"{at}.{member.Name} belongs in the {location}, not in the body");
            else
                Check(member.Value, model.GetProperty("shape").GetString()!, $"{at}.{member.Name}", faults);
        }
    }

    private void CheckMap(JsonElement value, JsonElement shape, string at, List<string> faults)
    {
        if (!Is(value, JsonValueKind.Object, at, faults))
            return;
        var count = 0;
        foreach (var entry in value.EnumerateObject())
        {
            count++;
            var key = JsonSerializer.SerializeToElement(entry.Name);
            Check(key, shape.GetProperty("key").GetProperty("shape").GetString()!, $"{at}{{{entry.Name}}}", faults);
            Check(entry.Value, shape.GetProperty("value").GetProperty("shape").GetString()!, $"{at}.{entry.Name}", faults);
        }
        CheckBounds(count, shape, at, faults);
    }

    private static void CheckString(JsonElement value, JsonElement shape, string at, List<string> faults)
    {
        if (!Is(value, JsonValueKind.String, at, faults))
            return;
        var text = value.GetString()!;
        CheckBounds(new StringInfo(text).LengthInTextElements, shape, at, faults);
        if (shape.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(element => element.GetString() == text))
            faults.Add($"{at} is '{text}', none of {allowed}");
        // Unanchored, as Smithy defines the pattern trait.
        if (shape.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.CultureInvariant))
            faults.Add($"{at} is '{text}', which does not match {pattern}");
    }

    private static void CheckTimestamp(JsonElement value, JsonElement shape, string at, List<string> faults)
    {
        // In JSON bodies a time is seconds since 1970 unless the model says otherwise.
        var iso = shape.TryGetProperty("timestampFormat", out var format) && format.GetString() == "iso8601";
        if (iso ? value.ValueKind != JsonValueKind.String || !value.TryGetDateTimeOffset(out _) : value.ValueKind != JsonValueKind.Number)
            faults.Add($"{at} is not a time in the form the model asks for");
    }

    private static void CheckBounds(double size, JsonElement shape, string at, List<string> faults)
    {
        if (shape.TryGetProperty("min", out var min) && size < min.GetDouble())
            faults.Add($"{at} has {size}, less than {min}");
        if (shape.TryGetProperty("max", out var max) && size > max.GetDouble())
            faults.Add($"{at} has {size}, more than {max}");
    }

    private static bool Is(JsonElement value, JsonValueKind kind, string at, List<string> faults)
    {
        if (value.ValueKind == kind)
            return true;
        faults.Add($"{at} is {value.ValueKind}, not {kind}");
        return false;
    }
}
