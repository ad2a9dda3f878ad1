using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>
/// A parameter of an automation document; required when it has no default. Automation passes every value as a list of texts.
/// </summary>
internal sealed record DocumentParameter(
    string Name, string Type, string Description, string? Default = null, IReadOnlyList<string>? Allowed = null)
{
    public bool Required => Default is null;
}

/// <summary>One step of a document.</summary>
/// <param name="Name">The name shown while it runs.</param>
/// <param name="Action">Automation's action (<c>aws:executeAwsApi</c>).</param>
/// <param name="Api">The API that it calls, as error messages name it.</param>
/// <param name="Permission">The IAM action it needs, for the error when it is refused.</param>
/// <param name="Act">Does it, under the state's lock; returns the step's outputs.</param>
/// <param name="Changes">Whether it changes anything: such a step is the one that a planned failure hits.</param>
internal sealed record DocumentStep(
    string Name,
    string Action,
    string Api,
    string Permission,
    Func<StepContext, JsonObject?> Act,
    bool Changes = false);

/// <summary>An automation document that can be run.</summary>
internal sealed record AutomationDocument(
    string Name,
    string Description,
    IReadOnlyList<DocumentParameter> Parameters,
    IReadOnlyList<DocumentStep> Steps)
{
    /// <summary>Amazon's documents are named <c>AWS…</c>; the others belong to the account.</summary>
    public bool OwnedByAmazon => Name.StartsWith("AWS", StringComparison.Ordinal);
}

/// <summary>What a step sees: the account and region it runs in, and its execution's parameters.</summary>
internal sealed class StepContext(AwsState state, AutomationExecution execution)
{
    /// <summary>The resource that the execution works on, once a step has found it; evaluated again at the end.</summary>
    public AwsResource? Touched { get; private set; }

    public AwsState State => state;

    public string AccountId => execution.AccountId;

    public string Region => execution.Region;

    public string Parameter(string name) =>
        execution.Parameters.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : "";

    public bool Flag(string name) => bool.TryParse(Parameter(name), out var flag) && flag;

    public Bucket Bucket(string parameter)
    {
        var name = Parameter(parameter);
        return Touch(state.Bucket(name) is { } bucket && bucket.AccountId == AccountId
            ? bucket
            : throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404));
    }

    public SecurityGroup SecurityGroup(string parameter)
    {
        var id = Parameter(parameter);
        return Touch(state.In<SecurityGroup>(AccountId, Region).FirstOrDefault(g => g.GroupId == id)
            ?? throw new AwsFault("InvalidGroup.NotFound", $"The security group '{id}' does not exist"));
    }

    public Instance Instance(string parameter)
    {
        var id = Parameter(parameter);
        return Touch(state.In<Instance>(AccountId, Region).FirstOrDefault(i => i.InstanceId == id)
            ?? throw new AwsFault("InvalidInstanceID.NotFound", $"The instance ID '{id}' does not exist"));
    }

    /// <summary>A database by its immutable id (<c>db-…</c>) or by its ARN, as the document takes it.</summary>
    public DbInstance Database(string parameter)
    {
        var id = Parameter(parameter);
        return Touch(state.In<DbInstance>(AccountId, Region).FirstOrDefault(d => d.ResourceId == id || d.Arn == id)
            ?? throw new AwsFault("DBInstanceNotFound", $"DBInstance {id} not found.", 404));
    }

    public AccountSettings Settings() => Touch(state.Settings(AccountId, Region));

    private T Touch<T>(T resource)
        where T : AwsResource
    {
        Touched = resource;
        return resource;
    }
}
