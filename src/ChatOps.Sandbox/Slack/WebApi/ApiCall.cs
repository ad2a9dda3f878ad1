using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>One call of a Web API method: its arguments, from the query, a form or a JSON body, and the token that came with it.</summary>
internal sealed class ApiCall(string method, string? token, JsonObject arguments, string? warning)
{
    public string Method { get; } = method;
    public string? Token { get; } = token;

    /// <summary>
    /// Slack's complaint about the request's charset: <c>missing_charset</c> of JSON, <c>superfluous_charset</c> of a form.
    /// </summary>
    public string? Warning { get; } = warning;

    /// <summary>An argument as text; numbers and booleans of JSON bodies read as text too.</summary>
    public string? Text(string name) => arguments[name] switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    /// <exception cref="SlackRefusal">invalid_arguments, naming the missing field as Slack does.</exception>
    public string Required(string name) => Text(name) is { Length: > 0 } text
        ? text
        : throw new SlackRefusal("invalid_arguments", [$"[ERROR] missing required field: {name}"]);

    public bool Flag(string name) => Text(name) is "true" or "1" or "True";

    public bool Has(string name) => arguments[name] is not null;

    public int Number(string name, int fallback, int max) =>
        int.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number > 0
            ? Math.Min(number, max)
            : fallback;

    /// <summary>A structured argument: JSON in a JSON body, JSON text in a form. Null when absent.</summary>
    /// <exception cref="SlackRefusal">The given code when it is not JSON.</exception>
    public JsonNode? Json(string name, string malformed)
    {
        var node = arguments[name];
        if (node is not JsonValue)
        {
            return node;
        }
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return JsonNodes.TryParse(text, out var parsed) ? parsed : throw new SlackRefusal(malformed);
    }

    public static async Task<ApiCall> ReadAsync(string method, HttpRequest request, CancellationToken cancel)
    {
        var arguments = new JsonObject();
        string? warning = null;
        foreach (var (name, value) in request.Query)
        {
            arguments[name] = value.ToString();
        }
        if (request.HasFormContentType)
        {
            warning = request.GetTypedHeaders().ContentType?.Charset.HasValue == true ? "superfluous_charset" : null;
            foreach (var (name, value) in await request.ReadFormAsync(cancel))
            {
                arguments[name] = value.ToString();
            }
        }
        else if (request.ContentLength is not 0 && HttpMethods.IsPost(request.Method))
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync(cancel);
            if (body.Length > 0)
            {
                if (!request.HasJsonContentType())
                {
                    throw new SlackRefusal("invalid_post_type");
                }
                warning = request.GetTypedHeaders().ContentType?.Charset.HasValue == true ? null : "missing_charset";
                if (TakesJson(method))
                {
                    Merge(arguments, body);
                }
            }
        }
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : arguments["token"].AsText();
        return new ApiCall(method, token, arguments, warning);
    }

    /// <summary>Slack reads JSON bodies for methods that write; those that only read see no arguments in them.</summary>
    private static bool TakesJson(string method) =>
        method is "api.test" or "conversations.join" or "conversations.open" or "files.completeUploadExternal"
        || method.StartsWith("views.", StringComparison.Ordinal)
        || method.StartsWith("chat.", StringComparison.Ordinal) && method != "chat.getPermalink";

    private static void Merge(JsonObject arguments, string body)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            throw new SlackRefusal("invalid_json");
        }
        if (parsed is not JsonObject given)
        {
            throw new SlackRefusal("json_not_object");
        }
        foreach (var (name, value) in given)
        {
            arguments[name] = value?.DeepClone();
        }
    }
}
