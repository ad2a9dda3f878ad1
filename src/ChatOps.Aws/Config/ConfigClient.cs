using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace ChatOps.Aws;

internal sealed class ConfigClient(AwsJsonConfig config) : AwsJsonClient(Service, config), IConfigClient
{
    private const int PageSize = 100;

    internal static readonly AwsJsonService Service = new("Config Service", "2014-11-12", "config", "config", "StarlingDoveService");

    private static readonly AwsJsonOperation<SelectRequest, SelectReply> SelectCall =
        new("SelectResourceConfig", ConfigJson.Default.SelectRequest, ConfigJson.Default.SelectReply);

    private static readonly AwsJsonOperation<SelectRequest, SelectReply> SelectAggregateCall =
        new("SelectAggregateResourceConfig", ConfigJson.Default.SelectRequest, ConfigJson.Default.SelectReply);

    private static readonly AwsJsonOperation<RecordersRequest, RecordersReply> RecordersCall =
        new("DescribeConfigurationRecorders", ConfigJson.Default.RecordersRequest, ConfigJson.Default.RecordersReply);

    private static readonly AwsJsonOperation<RecordersRequest, RecorderStatusReply> RecorderStatusCall =
        new("DescribeConfigurationRecorderStatus", ConfigJson.Default.RecordersRequest, ConfigJson.Default.RecorderStatusReply);

    public async Task<IReadOnlyList<ConfigRecorder>> DescribeConfigurationRecorders(CancellationToken cancellation = default) =>
    [
        .. ((await Call(RecordersCall, new RecordersRequest(), cancellation)).ConfigurationRecorders ?? []).Select(recorder =>
            new ConfigRecorder(
                recorder.Name ?? "",
                recorder.RecordingGroup is { AllSupported: true } ? [] : recorder.RecordingGroup?.ResourceTypes ?? [],
                recorder.RecordingGroup?.ExclusionByResourceTypes?.ResourceTypes ?? [])),
    ];

    public async Task<IReadOnlyList<string>> DescribeConfigurationRecorderStatus(CancellationToken cancellation = default) =>
    [
        .. ((await Call(RecorderStatusCall, new RecordersRequest(), cancellation)).ConfigurationRecordersStatus ?? [])
            .Where(status => status.Recording).Select(status => status.Name ?? ""),
    ];

    private static readonly AwsJsonOperation<StartEvaluationRequest, JsonElement> StartEvaluationCall = new(
        "StartConfigRulesEvaluation", ConfigJson.Default.StartEvaluationRequest, ConfigJson.Default.JsonElement);

    public Task StartConfigRulesEvaluation(IReadOnlyList<string> rules, CancellationToken cancellation = default) =>
        Call(StartEvaluationCall, new StartEvaluationRequest(rules), cancellation);

    public IAsyncEnumerable<JsonElement> SelectResourceConfig(string expression, CancellationToken cancellation = default) =>
        Select(SelectCall, expression, aggregator: null, cancellation);

    public IAsyncEnumerable<JsonElement> SelectAggregateResourceConfig(
        string aggregator, string expression, CancellationToken cancellation = default) =>
        Select(SelectAggregateCall, expression, aggregator, cancellation);

    private async IAsyncEnumerable<JsonElement> Select(
        AwsJsonOperation<SelectRequest, SelectReply> operation, string expression, string? aggregator,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Sums come 500 a page when no limit is given, more than there are types; with one there are at most 100.
        int? pageSize = expression.Contains(" GROUP BY ", StringComparison.OrdinalIgnoreCase) ? null : PageSize;
        string? token = null;
        do
        {
            var reply = await Call(operation, new SelectRequest(expression, aggregator, pageSize, token), cancellation);
            foreach (var result in reply.Results ?? [])
                yield return Read(operation.Name, result);
            token = string.IsNullOrEmpty(reply.NextToken) ? null : reply.NextToken;
        }
        while (token is not null);
    }

    // Each result is an object written as text within the JSON.
    private static JsonElement Read(string operation, string result)
    {
        try
        {
            using var document = JsonDocument.Parse(result);
            return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw new AwsServiceException(
                $"{operation} answered with a result that is not JSON.", fault, ErrorType.Receiver, "", "", System.Net.HttpStatusCode.OK);
        }
    }
}

internal sealed record SelectRequest(string Expression, string? ConfigurationAggregatorName, int? Limit, string? NextToken);

internal sealed record SelectReply(IReadOnlyList<string>? Results, string? NextToken);

internal sealed record RecordersRequest;

internal sealed record RecordersReply(
    [property: JsonPropertyName("ConfigurationRecorders")] IReadOnlyList<RecorderShape>? ConfigurationRecorders);

internal sealed record RecorderShape(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("recordingGroup")] RecordingGroupShape? RecordingGroup);

internal sealed record RecordingGroupShape(
    [property: JsonPropertyName("allSupported")] bool AllSupported,
    [property: JsonPropertyName("resourceTypes")] IReadOnlyList<string>? ResourceTypes,
    [property: JsonPropertyName("exclusionByResourceTypes")] ExcludedTypesShape? ExclusionByResourceTypes);

internal sealed record ExcludedTypesShape(
    [property: JsonPropertyName("resourceTypes")] IReadOnlyList<string>? ResourceTypes);

internal sealed record RecorderStatusReply(
    [property: JsonPropertyName("ConfigurationRecordersStatus")] IReadOnlyList<RecorderStatusShape>? ConfigurationRecordersStatus);

internal sealed record RecorderStatusShape(
    [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("recording")] bool Recording);

internal sealed record StartEvaluationRequest(IReadOnlyList<string> ConfigRuleNames);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SelectRequest))]
[JsonSerializable(typeof(SelectReply))]
[JsonSerializable(typeof(RecordersRequest))]
[JsonSerializable(typeof(RecordersReply))]
[JsonSerializable(typeof(RecorderStatusReply))]
[JsonSerializable(typeof(StartEvaluationRequest))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ConfigJson : JsonSerializerContext;
