using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>Parameter Store. Called under the state's lock.</summary>
internal sealed partial class ParameterStore(AwsState state, TimeProvider time)
{
    public JsonObject Get(AwsCall call)
    {
        var name = call.Json.RequiredText("Name");
        return new JsonObject { ["Parameter"] = Describe(Find(call, name) ?? throw NotFound(), call) };
    }

    public JsonObject GetMany(AwsCall call)
    {
        var names = call.Json.Texts("Names");
        if (names.Count is 0 or > 10)
            throw new AwsFault(
                "ValidationException",
                "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10");
        return new JsonObject
        {
            ["Parameters"] = new JsonArray(
                [.. names.Select(n => Find(call, n)).OfType<Parameter>().Select(p => (JsonNode)Describe(p, call))]),
            ["InvalidParameters"] = names.Where(n => Find(call, n) is null).ToJson(),
        };
    }

    public JsonObject ByPath(AwsCall call)
    {
        var path = call.Json.RequiredText("Path");
        if (!path.StartsWith('/'))
            throw new AwsFault(
                "ValidationException",
                "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\".");
        var prefix = path.EndsWith('/') ? path : path + "/";
        var deep = call.Json.Flag("Recursive");
        var found = state.Parameters.Where(p => p.Key.Account == call.Caller.AccountId && p.Key.Region == call.Region)
            .Select(p => p.Value)
            .Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)
                && (deep || !p.Name[prefix.Length..].Contains('/', StringComparison.Ordinal)))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ToArray();
        var (page, next) = Paging.Page(call.Json, found, 10, 10);
        return Paging.With(new JsonObject { ["Parameters"] = new JsonArray([.. page.Select(p => (JsonNode)Describe(p, call))]) }, next);
    }

    public JsonObject Put(AwsCall call)
    {
        var name = call.Json.RequiredText("Name");
        var value = call.Json.RequiredText("Value");
        if (!NameForm().IsMatch(name))
            throw new AwsFault(
                "ValidationException", "Parameter name must only contain a-z, A-Z, 0-9, and the characters '.', '-', '_' and '/'.");
        if (value.Length > 8192)
            throw new AwsFault("ValidationException", "The parameter value is longer than 8192 characters.");
        var existing = Find(call, name);
        if (existing is not null && !call.Json.Flag("Overwrite"))
            throw new AwsFault(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        var type = call.Json.Text("Type") ?? existing?.Type
            ?? throw new AwsFault("ValidationException", "A parameter type is required when you create a parameter.");
        var parameter = new Parameter(
            name, type, value, (existing?.Version ?? 0) + 1, time.GetUtcNow(), call.Json.Text("Description") ?? existing?.Description);
        state.Parameters[(call.Caller.AccountId, call.Region, name)] = parameter;
        return new JsonObject { ["Version"] = parameter.Version, ["Tier"] = "Standard" };
    }

    public JsonObject Delete(AwsCall call) =>
        state.Parameters.Remove((call.Caller.AccountId, call.Region, call.Json.RequiredText("Name"))) ? [] : throw NotFound();

    private Parameter? Find(AwsCall call, string name)
    {
        // A parameter may be asked for by its ARN too.
        var start = $"arn:aws:ssm:{call.Region}:{call.Caller.AccountId}:parameter";
        var plain = name.StartsWith(start, StringComparison.Ordinal) ? name[start.Length..] : name;
        return state.Parameters.GetValueOrDefault((call.Caller.AccountId, call.Region, plain));
    }

    private static AwsFault NotFound() => new("ParameterNotFound", "The parameter couldn't be found. Verify the name and try again.");

    private static JsonObject Describe(Parameter parameter, AwsCall call) => new()
    {
        ["Name"] = parameter.Name,
        ["Type"] = parameter.Type,
        // Without decryption a SecureString comes as ciphertext.
        ["Value"] = parameter.Type == "SecureString" && !call.Json.Flag("WithDecryption")
            ? "AQICAHh" +
                Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(parameter.Value)))
            : parameter.Value,
        ["Version"] = parameter.Version,
        ["LastModifiedDate"] = AwsIds.Epoch(parameter.ModifiedAt),
        ["ARN"] =
            $"arn:aws:ssm:{call.Region}:{call.Caller.AccountId}:parameter{(parameter.Name.StartsWith('/') ? "" : "/")}{parameter.Name}",
        ["DataType"] = "text",
    };

    [GeneratedRegex(@"^[a-zA-Z0-9_./-]{1,1011}$")]
    private static partial Regex NameForm();
}
