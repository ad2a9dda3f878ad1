using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Scenarios;

namespace ChatOps.Sandbox.Aws.CloudTrail;

/// <summary>Makes a resource as somebody would, and has CloudTrail tell of it. Called under the state's lock.</summary>
internal static class Creating
{
    /// <summary>How long a table refuses tags after it was created.</summary>
    private static readonly TimeSpan TableTakes = TimeSpan.FromSeconds(4);

    /// <summary>The kinds that the panel offers.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["instance", "bucket", "database", "table", "function", "queue", "user"];

    /// <summary>Makes one; its ARN.</summary>
    public static string Make(AwsSandbox aws, string kind, Caller caller, string name, string account)
    {
        var (resource, call) = Of(kind, name, account, AwsSandboxOptions.HomeRegion, aws.Time.GetUtcNow());
        aws.State.Resources.Add(resource);
        var at = aws.Time.GetUtcNow();
        aws.Bus.Put(new BusEvent(
            "AWS API Call via CloudTrail", $"aws.{call.Source}", account, call.Region, [], new JsonObject
            {
                ["eventVersion"] = "1.11",
                ["userIdentity"] = caller.Identity(account),
                ["eventTime"] = AwsIds.IsoSeconds(at),
                ["eventSource"] = $"{call.Source}.amazonaws.com",
                ["eventName"] = call.Name,
                ["awsRegion"] = call.Region,
                ["sourceIPAddress"] = "198.51.100.7",
                ["userAgent"] = caller.Agent,
                ["requestParameters"] = call.Request,
                ["responseElements"] = call.Response,
                ["requestID"] = AwsIds.Guid(),
                ["eventID"] = AwsIds.Guid(),
                ["readOnly"] = false,
                ["eventType"] = "AwsApiCall",
                ["managementEvent"] = true,
                ["recipientAccountId"] = account,
                ["eventCategory"] = "Management",
            }, EventRoute.EventBridge));
        return resource.Arn;
    }

    private static (AwsResource Resource, Call Call) Of(string kind, string name, string account, string region, DateTimeOffset now)
    {
        switch (kind)
        {
            case "instance":
                var instance = new Instance { AccountId = account, Region = region, InstanceId = "i-" + AwsIds.Hex(17), LaunchedAt = now };
                instance.Tags["Name"] = name;
                return (instance, new Call("ec2", "RunInstances", region, new JsonObject
                {
                    ["instanceType"] = instance.Type,
                    ["instancesSet"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject { ["imageId"] = instance.ImageId, ["minCount"] = 1, ["maxCount"] = 1 }),
                    },
                    ["tagSpecificationSet"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["resourceType"] = "instance",
                            ["tags"] = new JsonArray(new JsonObject { ["key"] = "Name", ["value"] = name }),
                        }),
                    },
                }, new JsonObject
                {
                    ["reservationId"] = "r-" + AwsIds.Hex(17),
                    ["ownerId"] = account,
                    ["instancesSet"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["instanceId"] = instance.InstanceId,
                            ["imageId"] = instance.ImageId,
                            ["instanceType"] = instance.Type,
                            ["instanceState"] = new JsonObject { ["code"] = 0, ["name"] = "pending" },
                            ["subnetId"] = instance.SubnetId,
                            ["vpcId"] = instance.VpcId,
                            ["launchTime"] = now.ToUnixTimeMilliseconds(),
                            ["tagSet"] = new JsonObject
                            {
                                ["items"] = new JsonArray(new JsonObject { ["key"] = "Name", ["value"] = name }),
                            },
                        }),
                    },
                }));
            case "bucket":
                // CreateBucket answers nothing: the name is in the request.
                return (FirstState.Bucket(name, account, now.AddDays(90)), new Call("s3", "CreateBucket", region, new JsonObject
                {
                    ["bucketName"] = name,
                    ["CreateBucketConfiguration"] = new JsonObject { ["LocationConstraint"] = region },
                }, null));
            case "database":
                var database = new DbInstance
                {
                    AccountId = account,
                    Region = region,
                    Identifier = name,
                    ResourceId = "db-" + AwsIds.Upper(26),
                    CreatedAt = now,
                };
                return (database, new Call(
                    "rds", "CreateDBInstance", region, new JsonObject { ["dBInstanceIdentifier"] = name, ["engine"] = database.Engine },
                    new JsonObject
                    {
                        ["dBInstanceIdentifier"] = name,
                        ["dBInstanceArn"] = database.Arn,
                        ["dBInstanceStatus"] = "creating",
                        ["engine"] = database.Engine,
                        ["dbiResourceId"] = database.ResourceId,
                    }));
            case "table":
                var table = new CreatedResource(
                    $"arn:aws:dynamodb:{region}:{account}:table/{name}", "AwsDynamoDbTable",
                    "dynamodb:table")
                { AccountId = account, Region = region, ReadyAt = now + TableTakes };
                return (table, new Call("dynamodb", "CreateTable", region, new JsonObject
                {
                    ["tableName"] = name,
                    ["billingMode"] = "PAY_PER_REQUEST",
                }, new JsonObject
                {
                    ["tableDescription"] = new JsonObject { ["tableName"] = name, ["tableArn"] = table.Arn, ["tableStatus"] = "CREATING" },
                }));
            case "function":
                var function = new CreatedResource(
                    $"arn:aws:lambda:{region}:{account}:function:{name}", "AwsLambdaFunction",
                    "lambda:function")
                { AccountId = account, Region = region };
                return (function, new Call(
                    "lambda", "CreateFunction20150331", region, new JsonObject { ["functionName"] = name, ["runtime"] = "dotnet10" },
                    new JsonObject
                    {
                        ["functionName"] = name,
                        ["functionArn"] = function.Arn,
                        ["version"] = "$LATEST",
                        ["state"] = "Pending",
                    }));
            case "queue":
                var queue = new CreatedResource(
                    $"arn:aws:sqs:{region}:{account}:{name}", "AwsSqsQueue", "sqs:queue")
                { AccountId = account, Region = region };
                return (queue, new Call(
                    "sqs", "CreateQueue", region, new JsonObject { ["queueName"] = name },
                    new JsonObject { ["queueUrl"] = $"https://sqs.{region}.amazonaws.com/{account}/{name}" }));
            default:
                // IAM is global: CloudTrail tells of it in us-east-1 alone.
                var user = new CreatedResource(
                    $"arn:aws:iam::{account}:user/{name}", "AwsIamUser",
                    null)
                { AccountId = account, Region = AwsSandboxOptions.OtherRegion };
                return (user, new Call(
                    "iam", "CreateUser", AwsSandboxOptions.OtherRegion, new JsonObject { ["userName"] = name }, new JsonObject
                    {
                        ["user"] = new JsonObject
                        {
                            ["path"] = "/",
                            ["userName"] = name,
                            ["userId"] = "AIDA" + AwsIds.Upper(17),
                            ["arn"] = user.Arn,
                        },
                    }));
        }
    }

    private sealed record Call(string Source, string Name, string Region, JsonObject Request, JsonObject? Response);
}
