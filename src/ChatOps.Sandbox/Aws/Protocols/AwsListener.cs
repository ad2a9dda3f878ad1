using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Sns;
using ChatOps.Sandbox.Aws.Tagging;
using Microsoft.AspNetCore.Http.Features;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>
/// The one address of all services: tells a request's service by <c>X-Amz-Target</c> or by the signature's scope,
/// checks the signature, and answers or fails in that service's protocol.
/// </summary>
internal sealed partial class AwsListener(
    AwsState state, IEnumerable<IAwsService> services, SnsSigning signing, Action changed, TimeProvider time, ILogger<AwsListener> log)
{
    private const int LargestBody = 16 * 1024 * 1024;

    private static readonly Dictionary<string, (string Service, AwsProtocol Protocol)> Targets = new(StringComparer.Ordinal)
    {
        ["AWSBudgetServiceGateway"] = ("budgets", AwsProtocol.Json11),
        ["AWSInsightsIndexService"] = ("ce", AwsProtocol.Json11),
        ["AmazonSSM"] = ("ssm", AwsProtocol.Json11),
        ["AmazonSQS"] = ("sqs", AwsProtocol.Json10),
        ["ResourceGroupsTaggingAPI_20170126"] = ("tagging", AwsProtocol.Json11),
        ["StarlingDoveService"] = ("config", AwsProtocol.Json11),
        ["DynamoDB_20120810"] = ("dynamodb", AwsProtocol.Json10),
        ["AmazonEC2ContainerServiceV20141113"] = ("ecs", AwsProtocol.Json11),
        ["AmazonEC2ContainerRegistry_V20150921"] = ("ecr", AwsProtocol.Json11),
        ["TrentService"] = ("kms", AwsProtocol.Json11),
        ["secretsmanager"] = ("secretsmanager", AwsProtocol.Json11),
        ["Logs_20140328"] = ("logs", AwsProtocol.Json11),
        ["AWSStepFunctions"] = ("states", AwsProtocol.Json10),
    };

    private static readonly Dictionary<string, AwsProtocol> Protocols = new(StringComparer.Ordinal)
    {
        ["securityhub"] = AwsProtocol.RestJson,
        ["aps"] = AwsProtocol.RestJson,
        ["s3"] = AwsProtocol.RestXml,
        ["ec2"] = AwsProtocol.Ec2Query,
        ["budgets"] = AwsProtocol.Json11,
        ["ce"] = AwsProtocol.Json11,
        ["ssm"] = AwsProtocol.Json11,
        ["tagging"] = AwsProtocol.Json11,
        ["config"] = AwsProtocol.Json11,
        ["resource-groups"] = AwsProtocol.RestJson,
        ["lambda"] = AwsProtocol.RestJson,
        ["eks"] = AwsProtocol.RestJson,
    };

    /// <summary>Query actions that AWS takes without a signature: the links in SNS's messages.</summary>
    private static readonly HashSet<string> Unsigned = new(StringComparer.Ordinal) { "ConfirmSubscription", "Unsubscribe" };

    private readonly Dictionary<string, IAwsService> _services = services.ToDictionary(s => s.SigningName, StringComparer.Ordinal);

    public async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == signing.Path)
        {
            context.Response.ContentType = "application/x-pem-file";
            await context.Response.Body.WriteAsync(signing.Pem, context.RequestAborted);
            return;
        }

        var requestId = AwsIds.Guid();
        var body = await ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var route = Route(context.Request, body);
        AwsAnswer answer;
        try
        {
            var call = Authenticate(context.Request, body, route, requestId);
            AwsAnswer? tags;
            lock (state.Sync) tags = ServiceTagReads.Answer(state, call);
            answer = tags is not null ? tags : _services.TryGetValue(route.Service, out var service)
                ? await service.AnswerAsync(call, context.RequestAborted)
                : throw AwsFault.UnknownOperation(
                    route.Service, call.Operation.Length > 0 ? call.Operation : $"{call.Method} {call.RawPath}");
        }
        catch (AwsFault fault)
        {
            LogFault(route.Service, route.Operation, fault.Code, fault.Message);
            answer = FaultAnswers.Write(fault, route.Protocol, route.Service, requestId, context.Request.Path);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            LogFailure(failure, route.Service, route.Operation);
            answer = FaultAnswers.Write(
                new AwsFault("InternalFailure", "The sandbox failed; its log says why.", 500), route.Protocol, route.Service, requestId,
                context.Request.Path);
        }

        await WriteAsync(context.Response, answer, route, requestId);
        if (answer.Status < 300 && route.MayChange(context.Request.Method))
            changed();
    }

    private AwsCall Authenticate(HttpRequest request, byte[] body, Target route, string requestId)
    {
        var query = AwsCall.ParseQuery(request.QueryString.Value ?? "");
        var form = route.Protocol is AwsProtocol.Query or AwsProtocol.Ec2Query ? route.Form : [];
        var caller = route.Claim is null && Unsigned.Contains(route.Operation)
            ? AwsCaller.Anonymous
            : Caller(request, body, route);
        var region = route.Claim?.Region ?? AwsSandboxOptions.HomeRegion;
        if (route.Service is "sts" or "s3" && !AwsState.Regions.Contains(region, StringComparer.Ordinal))
            region = AwsSandboxOptions.HomeRegion; // signed for their global endpoints
        if (caller != AwsCaller.Anonymous && !AwsState.Known(caller.AccountId, region))
            throw FaultAnswers.UnknownKey(route.Protocol);
        lock (state.Sync)
        {
            if (time.GetUtcNow() < state.ThrottledUntil)
                throw FaultAnswers.Throttled(route.Protocol);
        }

        return new AwsCall
        {
            Caller = caller,
            Region = region,
            Service = route.Service,
            Protocol = route.Protocol,
            Operation = route.Operation,
            Method = request.Method,
            RawPath = route.RawPath,
            Query = query,
            Headers = request.Headers,
            Body = body,
            RequestId = requestId,
            Form = new FormParameters(form),
            Json = route.Protocol is AwsProtocol.Json10 or AwsProtocol.Json11 or AwsProtocol.RestJson && !IsForm(request)
                ? ParseJson(body)
                : [],
        };
    }

    private AwsCaller Caller(HttpRequest request, byte[] body, Target route)
    {
        var claim = route.Claim ?? throw FaultAnswers.Unsigned(route.Protocol);
        var now = time.GetUtcNow();
        if (claim.AccessKeyId == AwsSandboxOptions.AccessKeyId)
        {
            claim.Verify(request, body, AwsSandboxOptions.SecretAccessKey, route.Protocol, now);
            return new AwsCaller(
                AwsSandboxOptions.ProdAccount, $"arn:aws:iam::{AwsSandboxOptions.ProdAccount}:user/sandbox", "AIDASANDBOXUSER");
        }

        TemporaryCredentials? session;
        lock (state.Sync)
            session = state.Sessions.GetValueOrDefault(claim.AccessKeyId);
        var token = claim.InQuery ? request.Query["X-Amz-Security-Token"].ToString() : request.Headers["X-Amz-Security-Token"].ToString();
        if (session is null || token != session.SessionToken)
            throw FaultAnswers.UnknownKey(route.Protocol);
        claim.Verify(request, body, session.SecretAccessKey, route.Protocol, now);
        return session.Expiration > now ? session.Caller : throw FaultAnswers.ExpiredToken(route.Protocol);
    }

    private static Target Route(HttpRequest request, byte[] body)
    {
        var query = AwsCall.ParseQuery(request.QueryString.Value ?? "");
        var claim = SignatureClaim.Read(request.Headers, query);
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = raw.Split('?')[0];
        if (request.Headers["X-Amz-Target"].ToString() is { Length: > 0 } target && target.Split('.') is [var prefix, var operation])
        {
            return Targets.TryGetValue(prefix, out var known)
                ? new Target(known.Service, known.Protocol, operation, claim, path, [])
                : new Target(claim?.Service ?? prefix, AwsProtocol.Json11, operation, claim, path, []);
        }

        var form = new Dictionary<string, string>(query, StringComparer.Ordinal);
        if (IsForm(request))
        {
            foreach (var (name, value) in AwsCall.ParseQuery(System.Text.Encoding.UTF8.GetString(body)))
                form[name] = value;
        }

        var service = claim?.Service ?? (form.ContainsKey("Action") ? "sns" : "s3");
        return new Target(
            service, Protocols.GetValueOrDefault(service, AwsProtocol.Query), form.GetValueOrDefault("Action", ""), claim, path, form);
    }

    private static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ?? false;

    private static JsonObject ParseJson(byte[] body)
    {
        if (body.Length == 0)
            return [];
        try
        {
            return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 128 }) as JsonObject
                ?? throw new AwsFault("SerializationException", "The body must be a JSON object.");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new AwsFault("SerializationException", "The body is not valid JSON.");
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (all.Length + read > LargestBody)
                return null;
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    private static async Task WriteAsync(HttpResponse response, AwsAnswer answer, Target route, string requestId)
    {
        response.StatusCode = answer.Status;
        response.Headers[route.Protocol == AwsProtocol.RestXml ? "x-amz-request-id" : "x-amzn-RequestId"] = requestId;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (answer.ContentType is not null)
            response.ContentType = answer.ContentType;
        if (answer.Status == StatusCodes.Status204NoContent || HttpMethods.IsHead(response.HttpContext.Request.Method))
            return;
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body);
    }

    /// <summary>Where a request goes, before its signature was checked.</summary>
    private sealed record Target(
        string Service,
        AwsProtocol Protocol,
        string Operation,
        SignatureClaim? Claim,
        string RawPath,
        Dictionary<string, string> Form)
    {
        private static readonly string[] Reads = ["Get", "List", "Describe", "ReceiveMessage", "AssumeRole"];

        /// <summary>Whether what the page shows may be another after this request.</summary>
        public bool MayChange(string method) => Operation.Length > 0
            ? !Reads.Any(r => Operation.StartsWith(r, StringComparison.Ordinal))
            : method is not ("GET" or "HEAD") && RawPath != "/findings";
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Service} {Operation}: {Code}, {Reason}")]
    private partial void LogFault(string service, string operation, string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} {Operation} failed")]
    private partial void LogFailure(Exception failure, string service, string operation);
}
