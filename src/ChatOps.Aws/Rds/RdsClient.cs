using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Aws;

internal sealed class RdsClient(AwsJsonConfig config) : AwsJsonClient(Service, config), IRdsClient
{
    internal static readonly AwsJsonService Service = new("RDS", "2014-10-31", "rds", "rds") { IsQuery = true };

    private static readonly AwsJsonOperation<DescribeDbInstancesRequest, DescribeDbInstancesReply> DescribeCall = new(
        "DescribeDBInstances", RdsJson.Default.DescribeDbInstancesRequest, RdsJson.Default.DescribeDbInstancesReply);

    private static readonly AwsJsonOperation<DbInstanceChange, JsonElement> ModifyCall = new(
        "ModifyDBInstance", RdsJson.Default.DbInstanceChange, RdsJson.Default.JsonElement);

    public Task<JsonElement?> DescribeDbInstance(string identifier, CancellationToken cancellation = default) =>
        FirstAsync(Call(DescribeCall, new DescribeDbInstancesRequest(identifier), cancellation));

    public Task ModifyDbInstance(DbInstanceChange change, CancellationToken cancellation = default) =>
        Call(ModifyCall, change, cancellation);

    private static async Task<JsonElement?> FirstAsync(Task<DescribeDbInstancesReply> call)
    {
        try
        {
            return (await call).DBInstances is [var first, ..] ? first : null;
        }
        catch (AwsServiceException fault) when (fault.ErrorCode is "DBInstanceNotFound" or "DBInstanceNotFoundFault")
        {
            return null;
        }
    }
}

internal sealed record DescribeDbInstancesRequest(string DBInstanceIdentifier);

internal sealed record DescribeDbInstancesReply(IReadOnlyList<JsonElement>? DBInstances);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeDbInstancesRequest))]
[JsonSerializable(typeof(DescribeDbInstancesReply))]
[JsonSerializable(typeof(DbInstanceChange))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RdsJson : JsonSerializerContext;
