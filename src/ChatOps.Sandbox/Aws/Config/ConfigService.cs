using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Estate;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Config;

/// <summary>
/// AWS Config (awsJson1.1): SelectResourceConfig over everything that exists. Of its SQL: a list of fields, or <c>resourceType,
/// COUNT(*)</c>
/// with GROUP BY; WHERE with one equality of <c>resourceType</c>, <c>resourceId</c> or <c>arn</c>.
/// </summary>
internal sealed partial class ConfigService(AwsState state, TimeProvider time) : LockedService(state)
{
    private const int MostResults = 100;
    private const int UsualResults = 25;

    private static readonly Dictionary<string, string> TypesByAsff = new(StringComparer.Ordinal)
    {
        ["AwsS3Bucket"] = "AWS::S3::Bucket",
        ["AwsEc2Instance"] = "AWS::EC2::Instance",
        ["AwsEc2SecurityGroup"] = "AWS::EC2::SecurityGroup",
        ["AwsEc2Snapshot"] = "AWS::EC2::Snapshot",
        ["AwsEc2Volume"] = "AWS::EC2::Volume",
        ["AwsRdsDbInstance"] = "AWS::RDS::DBInstance",
        ["AwsDynamoDbTable"] = "AWS::DynamoDB::Table",
        ["AwsLambdaFunction"] = "AWS::Lambda::Function",
        ["AwsSqsQueue"] = "AWS::SQS::Queue",
        ["AwsSnsTopic"] = "AWS::SNS::Topic",
        ["AwsIamUser"] = "AWS::IAM::User",
        ["AwsIamRole"] = "AWS::IAM::Role",
    };

    private static readonly HashSet<string> Fields = new(
        [
            "arn", "resourceId", "resourceName", "resourceType", "accountId", "awsRegion", "resourceCreationTime",
            "configurationItemCaptureTime", "configurationItemStatus", "tags"
        ], StringComparer.Ordinal);

    public override string SigningName => "config";

    protected override AwsAnswer Answer(AwsCall call) => AwsAnswer.Json(call, call.Operation switch
    {
        "SelectResourceConfig" => Select(call),
        "DescribeConfigurationRecorders" => new JsonObject
        {
            ["ConfigurationRecorders"] = new JsonArray(new JsonObject
            {
                ["name"] = "default",
                ["recordingGroup"] = new JsonObject
                {
                    ["allSupported"] = true,
                    ["includeGlobalResourceTypes"] = true,
                    ["resourceTypes"] = new JsonArray(),
                    ["recordingStrategy"] = new JsonObject { ["useOnly"] = "ALL_SUPPORTED_RESOURCE_TYPES" },
                },
            }),
        },
        "DescribeConfigurationRecorderStatus" => new JsonObject
        {
            ["ConfigurationRecordersStatus"] = new JsonArray(
                new JsonObject { ["name"] = "default", ["recording"] = true, ["lastStatus"] = "SUCCESS" }),
        },
        // The sandbox's controls look after every change anyway.
        "StartConfigRulesEvaluation" => Started(call),
        _ => throw AwsFault.UnknownOperation(SigningName, call.Operation),
    });

    private static JsonObject Started(AwsCall call) => call.Json.Texts("ConfigRuleNames").Count is > 0 and <= 25
        ? []
        : throw new AwsFault("InvalidParameterValueException", "Between 1 and 25 rules are evaluated at once.");

    private static string? TypeOf(AwsResource resource) =>
        resource is EstateResource estate ? estate.ConfigType : TypesByAsff.GetValueOrDefault(resource.AsffType);

    private JsonObject Select(AwsCall call)
    {
        var expression = call.Json.RequiredText("Expression");
        if (Statement().Match(expression.Trim()) is not { Success: true } statement)
            throw new AwsFault("InvalidExpressionException", $"The sandbox cannot read the expression: {expression}");
        string[] selected = [.. statement.Groups["fields"].Value.Split(',', StringSplitOptions.TrimEntries)];
        var counted = selected is ["resourceType", "COUNT(*)"];
        if ((statement.Groups["group"].Value == "resourceType") != counted
            || (!counted && selected.FirstOrDefault(field => !Fields.Contains(field)) is not null))
            throw new AwsFault("InvalidExpressionException", $"Invalid fields: {statement.Groups["fields"].Value}");

        var mine = State.In<AwsResource>(call.Caller.AccountId, call.Region).Where(resource => TypeOf(resource) is not null);
        if (statement.Groups["name"].Value is { Length: > 0 } name)
        {
            var value = statement.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal);
            mine = mine.Where(resource => (string?)Field(resource, name) == value);
        }

        string[] results = counted
            ? [.. mine.GroupBy(TypeOf).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => AwsAnswer.Text(new JsonObject { ["COUNT(*)"] = group.Count(), ["resourceType"] = group.Key }))]
            : [.. mine.OrderBy(resource => resource.Arn, StringComparer.Ordinal).Select(
                resource => AwsAnswer.Text(Row(resource, selected)))];
        var (page, next) = Paging.Page(
            new JsonObject { ["MaxResults"] = call.Json.Number("Limit") ?? UsualResults, ["NextToken"] = call.Json.Text("NextToken") },
            results, UsualResults, MostResults);
        return Paging.With(
            new JsonObject
            {
                ["Results"] = page.ToJson(),
                ["QueryInfo"] = new JsonObject
                {
                    ["SelectFields"] = new JsonArray([.. selected.Select(field => (JsonNode)new JsonObject { ["Name"] = field })]),
                },
            },
            next);
    }

    private JsonObject Row(AwsResource resource, string[] selected)
    {
        var row = new JsonObject();
        foreach (var field in selected)
        {
            // What a resource lacks is left out, as Config does.
            if (Field(resource, field) is { } value) row[field] = value;
        }

        return row;
    }

    private JsonNode? Field(AwsResource resource, string name) => name switch
    {
        "arn" => resource.Arn,
        "resourceId" => resource.Arn[(resource.Arn.LastIndexOfAny(['/', ':']) + 1)..],
        "resourceName" => resource switch
        {
            EstateResource estate => estate.Name,
            Bucket bucket => bucket.Name,
            SecurityGroup group => group.Name,
            DbInstance database => database.Identifier,
            _ => null,
        },
        "resourceType" => TypeOf(resource),
        "accountId" => resource.AccountId,
        "awsRegion" => resource is EstateResource { IsGlobal: true } ? "global" : resource.Region,
        "resourceCreationTime" => resource switch
        {
            EstateResource estate => AwsIds.Iso(estate.CreatedAt),
            Bucket bucket => AwsIds.Iso(bucket.CreatedAt),
            Instance instance => AwsIds.Iso(instance.LaunchedAt),
            DbInstance database => AwsIds.Iso(database.CreatedAt),
            _ => null,
        },
        "configurationItemCaptureTime" => AwsIds.Iso(time.GetUtcNow()),
        "configurationItemStatus" => "ResourceDiscovered",
        "tags" => new JsonArray([.. resource.Tags.Select(
            tag => (JsonNode)new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value, ["tag"] = $"{tag.Key}={tag.Value}" })]),
        _ => null,
    };

    [GeneratedRegex(
        @"^SELECT (?<fields>[A-Za-z*(), ]+?)(?: WHERE (?<name>resourceType|resourceId|arn) = '(?<value>(?:[^']|'')*)')?(?: GROUP BY " +
            @"(?<group>resourceType))?$",
        RegexOptions.None, matchTimeoutMilliseconds: 200)]
    private static partial Regex Statement();
}
