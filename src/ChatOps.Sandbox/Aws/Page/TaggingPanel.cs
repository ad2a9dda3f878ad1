using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.CloudTrail;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>The panel's part for tags: somebody creates a resource.</summary>
internal static partial class TaggingPanel
{
    /// <summary>Maps <c>POST /sandbox/aws/create</c>.</summary>
    public static void MapTagging(this RouteGroupBuilder panel, AwsSandbox aws) => panel.MapPost("/create", (CreateRequest request) =>
    {
        if (!Creating.Kinds.Contains(request.Kind))
            return Refused($"There is no kind '{request.Kind}'. Choose one of: {string.Join(", ", Creating.Kinds)}.");
        if (Caller.All.FirstOrDefault(item => item.Id == request.Person) is not { } caller)
            return Refused(
                $"There is nobody called '{request.Person}'. Choose one of: {string.Join(", ", Caller.All.Select(item => item.Id))}.");
        var account = request.Account ?? AwsSandboxOptions.StageAccount;
        if (AwsState.Accounts.All(item => item.Id != account)) return Refused($"There is no account '{account}'.");
        var name = string.IsNullOrWhiteSpace(request.Name) ? $"{request.Kind}-dev-{AwsIds.Hex(4)}" : request.Name.Trim();
        if (!NameForm().IsMatch(name)) return Refused("A name has 3 to 63 letters, digits and hyphens.");
        string arn;
        lock (aws.State.Sync)
        {
            if (aws.State.Resources.Exists(resource => resource.Arn.EndsWith(name, StringComparison.Ordinal)))
                return Refused($"'{name}' exists already.");
            arn = Creating.Make(aws, request.Kind, caller, name, account);
        }

        aws.Background.Changed();
        return Results.Json(new JsonObject
        {
            ["ok"] = true,
            ["arn"] = arn,
            ["message"] = $"{request.Person} created {name}.",
            ["message_ko"] = $"{request.Person} 님이 {name} 리소스를 생성했습니다.",
        });
    });

    private static IResult Refused(string error) => Results.Json(
        new JsonObject { ["ok"] = false, ["message"] = error, ["error"] = error }, statusCode: StatusCodes.Status400BadRequest);

    private sealed record CreateRequest(string Kind, string Person, string? Name = null, string? Account = null);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{2,62}$")]
    private static partial Regex NameForm();
}
