using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>The operations on automation documents and executions. Called under the state's lock.</summary>
internal sealed class AutomationApi(AwsState state, AutomationRunner runner, TimeProvider time)
{
    public static JsonObject DescribeDocument(AwsCall call)
    {
        var document = Find(call.Json.RequiredText("Name"))
            ?? throw new AwsFault("InvalidDocument", $"Document with name {call.Json.Text("Name")} does not exist.");
        return new JsonObject { ["Document"] = Describe(document, call) };
    }

    public static JsonObject ListDocuments(AwsCall call)
    {
        var prefix = call.Json.Objects("Filters").Where(f => f.Text("Key") == "Name").SelectMany(f => f.Texts("Values")).ToArray();
        var found = AutomationDocuments.All.Where(
            d => prefix.Length == 0 || prefix.Any(p => d.Name.StartsWith(p, StringComparison.Ordinal))).ToArray();
        var (page, next) = Paging.Page(call.Json, found, 50, 50);
        var answer = new JsonObject
        {
            ["DocumentIdentifiers"] = new JsonArray([.. page.Select(d => (JsonNode)new JsonObject
            {
                ["Name"] = d.Name,
                ["Owner"] = d.OwnedByAmazon ? "Amazon" : call.Caller.AccountId,
                ["DocumentVersion"] = "1",
                ["DocumentType"] = "Automation",
                ["SchemaVersion"] = "0.3",
                ["DocumentFormat"] = "JSON",
                ["Tags"] = new JsonArray(),
            })]),
        };
        return Paging.With(answer, next);
    }

    public JsonObject Start(AwsCall call)
    {
        var name = call.Json.RequiredText("DocumentName");
        var document = Find(name)
            ?? throw new AwsFault("AutomationDefinitionNotFoundException", $"Automation Definition Not Found: {name}");
        if (call.Json.Text("DocumentVersion") is { } version and not ("1" or "$DEFAULT" or "$LATEST"))
            throw new AwsFault(
                "AutomationDefinitionVersionNotFoundException", $"Automation Definition Version Not Found: {name}:{version}");
        var token = call.Json.Text("ClientToken");
        if (token is not null && !Guid.TryParseExact(token, "D", out _))
            throw new AwsFault(
                "ValidationException",
                $"1 validation error detected: Value '{token}' at 'clientToken' failed to satisfy constraint: Member must satisfy " +
                $"regular expression pattern: [a-fA-F0-9]{{8}}-[a-fA-F0-9]{{4}}-[a-fA-F0-9]{{4}}-[a-fA-F0-9]{{4}}-[a-fA-F0-9]{{12}}");
        var parameters = Parameters(document, call.Json.Object("Parameters") ?? []);
        // Automation assumes the role first, and it must be one of the account's own.
        if (parameters["AutomationAssumeRole"] is [{ Length: > 0 } role]
            && !role.StartsWith($"arn:aws:iam::{call.Caller.AccountId}:role/", StringComparison.Ordinal))
            throw Invalid($"The defined assume role {role} is unable to be assumed");

        var known = token is null ? null : Mine(call).FirstOrDefault(e => e.ClientToken == token);
        if (known is not null)
        {
            return known.Document == document && Same(known.Parameters, parameters)
                ? new JsonObject { ["AutomationExecutionId"] = known.Id }
                : throw new AwsFault(
                    "IdempotentParameterMismatch",
                    "Error returned when an idempotent operation is retried and the parameters don't match the original call to the API " +
                    "with the same idempotency token.");
        }

        if (Mine(call).Count(e => !e.Ended) >= state.AutomationLimit)
            throw new AwsFault(
                "AutomationExecutionLimitExceededException",
                "The number of simultaneously running Automation executions exceeded the allowable limit.");
        var execution = new AutomationExecution
        {
            Id = AwsIds.Guid(),
            Document = document,
            AccountId = call.Caller.AccountId,
            Region = call.Region,
            ExecutedBy = call.Caller.Arn,
            ClientToken = token,
            Parameters = parameters,
            Failure = state.NextFailure,
            Steps = [.. document.Steps.Select(s => new StepRun(s))],
            StartedAt = time.GetUtcNow(),
        };
        state.NextFailure = null;
        state.Executions.Add(execution);
        runner.Start(execution);
        return new JsonObject { ["AutomationExecutionId"] = execution.Id };
    }

    public JsonObject Get(AwsCall call) => new() { ["AutomationExecution"] = Execution(call).Describe() };

    public JsonObject Describe(AwsCall call)
    {
        var found = Mine(call).Reverse().Where(Filter(call.Json)).ToArray();
        var (page, next) = Paging.Page(call.Json, found, 50, 50);
        return Paging.With(
            new JsonObject { ["AutomationExecutionMetadataList"] = new JsonArray([.. page.Select(e => (JsonNode)e.Metadata())]) }, next);
    }

    public JsonObject DescribeSteps(AwsCall call)
    {
        var steps = Execution(call).Steps.AsEnumerable();
        foreach (var filter in call.Json.Objects("Filters"))
        {
            var values = filter.Texts("Values");
            steps = filter.RequiredText("Key") switch
            {
                "StepName" => steps.Where(s => values.Contains(s.Step.Name)),
                "StepExecutionStatus" => steps.Where(s => values.Contains(s.Status)),
                "StepExecutionId" => steps.Where(s => values.Contains(s.Id)),
                "Action" => steps.Where(s => values.Contains(s.Step.Action)),
                var key => throw new AwsFault("InvalidFilterKey", $"The filter key {key} is not supported."),
            };
        }

        var ordered = call.Json.Flag("ReverseOrder") ? steps.Reverse().ToArray() : [.. steps];
        var (page, next) = Paging.Page(call.Json, ordered, 50, 50);
        return Paging.With(new JsonObject { ["StepExecutions"] = new JsonArray([.. page.Select(s => (JsonNode)s.Describe())]) }, next);
    }

    public JsonObject Stop(AwsCall call)
    {
        var execution = Execution(call);
        var type = call.Json.Text("Type") ?? "Cancel";
        if (type is not ("Cancel" or "Complete"))
            throw new AwsFault(
                "ValidationException",
                $"1 validation error detected: Value '{type}' at 'type' failed to satisfy constraint: Member must satisfy enum value " +
                $"set: [Complete, Cancel]");
        if (execution.Ended)
            throw new AwsFault(
                "InvalidAutomationStatusUpdateException", $"Execution {execution.Id} has already ended with status {execution.Status}.");
        execution.StopType = type;
        execution.Status = "Cancelling";
        return [];
    }

    private static AutomationDocument? Find(string name) =>
        AutomationDocuments.All.FirstOrDefault(d => d.Name == (name.Split("/") is [.., var last] ? last : name));

    private IEnumerable<AutomationExecution> Mine(AwsCall call) =>
        state.Executions.Where(e => e.AccountId == call.Caller.AccountId && e.Region == call.Region);

    private AutomationExecution Execution(AwsCall call)
    {
        var id = call.Json.RequiredText("AutomationExecutionId");
        return Mine(call).FirstOrDefault(e => e.Id == id)
            ?? throw new AwsFault("AutomationExecutionNotFoundException", $"Couldn't find automation execution with id: {id}");
    }

    private static Func<AutomationExecution, bool> Filter(JsonObject request)
    {
        var tests = request.Objects("Filters").Select(f =>
        {
            var values = f.Texts("Values");
            DateTimeOffset At() => DateTimeOffset.TryParse(
                values.Count > 0 ? values[0] : null, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : throw new AwsFault("InvalidFilterValue", "The filter value is not valid. It must be an ISO 8601 time.");
            return f.RequiredText("Key") switch
            {
                "DocumentNamePrefix" =>
                    (Func<AutomationExecution, bool>)(e => values.Any(v => e.Document.Name.StartsWith(v, StringComparison.Ordinal))),
                "ExecutionStatus" => e => values.Contains(e.Status),
                "ExecutionId" => e => values.Contains(e.Id),
                "AutomationType" => _ => values.Contains("Local"),
                "CurrentAction" => e => e.Steps.Any(s => s.Status == "InProgress" && values.Contains(s.Step.Action)),
                "StartTimeBefore" when At() is var at => e => e.StartedAt <= at,
                "StartTimeAfter" when At() is var at => e => e.StartedAt >= at,
                var key => throw new AwsFault("InvalidFilterKey", $"The filter key {key} is not supported."),
            };
        }).ToArray();
        return e => tests.All(test => test(e));
    }

    private static Dictionary<string, IReadOnlyList<string>> Parameters(AutomationDocument document, JsonObject given)
    {
        var unknown = given.Select(p => p.Key).Where(k => document.Parameters.All(p => p.Name != k)).ToArray();
        if (unknown.Length > 0)
            throw Invalid($"Extra parameters [{string.Join(", ", unknown)}] were provided to document {document.Name}");
        var missing = document.Parameters.Where(p => p.Required && given.Texts(p.Name).Count == 0).Select(p => p.Name).ToArray();
        if (missing.Length > 0)
            throw Invalid($"Missing required parameters [{string.Join(", ", missing)}] for document {document.Name}");

        var parameters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var parameter in document.Parameters)
        {
            var values = given[parameter.Name] is null ? [parameter.Default!] : given.Texts(parameter.Name);
            if (parameter.Type != "StringList" && values.Count > 1)
                throw Invalid($"Parameter {parameter.Name} of document {document.Name} takes one value");
            foreach (var value in values)
            {
                if (parameter.Type == "Boolean" && value is not ("" or "true" or "false" or "True" or "False"))
                    throw Invalid($"Value {value} of parameter {parameter.Name} is not a Boolean");
                if (parameter.Allowed is { } allowed && !allowed.Contains(value, StringComparer.Ordinal))
                    throw Invalid($"Value {value} of parameter {parameter.Name} is not one of [{string.Join(", ", allowed)}]");
            }

            parameters[parameter.Name] = values;
        }

        return parameters;
    }

    private static bool Same(
        IReadOnlyDictionary<string, IReadOnlyList<string>> readOnlyDictionary, Dictionary<string, IReadOnlyList<string>> other) =>
        readOnlyDictionary.Count == other.Count
            && readOnlyDictionary.All(p => other.TryGetValue(p.Key, out var values) && values.SequenceEqual(p.Value));

    private static AwsFault Invalid(string why) => new("InvalidAutomationExecutionParametersException", why + ".");

    private static JsonObject Describe(AutomationDocument document, AwsCall call) => new()
    {
        ["Name"] = document.Name,
        ["Description"] = document.Description,
        ["Owner"] = document.OwnedByAmazon ? "Amazon" : call.Caller.AccountId,
        ["CreatedDate"] = 1700000000.0,
        ["Status"] = "Active",
        ["DocumentVersion"] = "1",
        ["LatestVersion"] = "1",
        ["DefaultVersion"] = "1",
        ["DocumentType"] = "Automation",
        ["SchemaVersion"] = "0.3",
        ["DocumentFormat"] = "JSON",
        ["PlatformTypes"] = new JsonArray("Windows", "Linux", "MacOS"),
        ["Hash"] = new string('0', 64),
        ["HashType"] = "Sha256",
        ["Tags"] = new JsonArray(),
        ["Parameters"] = new JsonArray([.. document.Parameters.Select(p =>
        {
            var parameter = new JsonObject
            {
                ["Name"] = p.Name,
                ["Type"] = p.Type == "StringList" ? "StringList" : "String",
                ["Description"] = p.Description,
            };
            if (p.Default is { } value)
                parameter["DefaultValue"] = value;
            return (JsonNode)parameter;
        })]),
    };
}
